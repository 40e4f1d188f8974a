/** Closed months to take along, as PDF and CSV, with the totals of the screens. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Units } from "../../components/figures";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { formatDay, formatMonth } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Statement = Answer<"/v1/me/statements", "get">["data"][number];

export function StatementsScreen(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const statements = useGet("/v1/me/statements");
  const fund = useGet("/v1/funds").data?.data[0]?.fund ?? "";
  return (
    <Page title={t.title} back={places.me()}>
      <Shown of={statements} lines={8} height="30rem">
        {({ data, next_on: next }) => {
          if (data.length === 0) return <Empty text={t.empty(formatDay(next, lang))} action={{ text: t.calendar, href: places.income(fund) }} />;
          return (
            <>
              <div class="small muted"><p>{t.same}</p><p>{t.next(formatDay(next, lang))}</p></div>
              {data.map((one) => <Month key={one.month} statement={one} />)}
            </>
          );
        }}
      </Shown>
    </Page>
  );
}

function Month({ statement }: { statement: Statement }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const file = `/v1/me/statements/${statement.month}`;
  const name = formatMonth(statement.month, lang);
  return (
    <section class="card stack" id={statement.month}>
      <h2>{name}</h2>
      {statement.funds.map((one) => (
        <Facts key={one.fund}>
          <Fact name={t.income}><Amount fen={one.income.amount} sign="always" explain={explain.month(one.fund, statement.month)} label={`${name} ${t.income}`} /></Fact>
          <Fact name={t.opening}><Units units={one.opening.units} /></Fact>
          <Fact name={t.closing}><Units units={one.closing.units} /></Fact>
        </Facts>
      ))}
      <div class="grid-2">
        <a class="button button-primary" href={`${file}.pdf?lang=${lang}`} download aria-label={`${name} ${t.pdf}`}>{t.pdf}</a>
        <a class="button button-second" href={`${file}.csv`} download aria-label={`${name} ${t.csv}`}>{t.csv}</a>
      </div>
      <p class="tiny muted">{t.hash} <span class="mono">{statement.csv_sha256}</span></p>
    </section>
  );
}
