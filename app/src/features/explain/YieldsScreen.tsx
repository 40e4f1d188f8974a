/** A published yield, worked out again from its seven days. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { addDays, formatAt, formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { formatPer10k, formatPer10kFull, formatYield } from "../../lib/money";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import { carryOf } from "../../lib/yields";
import en from "./messages.en";
import zh from "./messages.zh";
import { Verdict } from "./Verdict";

type Day = Answer<"/v1/funds/{fund}/yields", "get">["data"][number];

export function YieldsScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { fund = "", on = "" } = params;
  const days = useGet("/v1/funds/{fund}/yields", { path: { fund }, query: { from: addDays(on, -6), to: addDays(on, 1) } });
  return (
    <Page title={t.title} back={places.product(fund)}>
      <Shown of={days} lines={8} height="36rem">
        {(answer) => {
          const known = answer.data.filter((one) => one.on <= on);
          const day = known.find((one) => one.on === on);
          return day ? <Body day={day} days={known} /> : <Empty text={t.yields.none} action={{ text: t.yields.per10k, href: places.product(fund) }} />;
        }}
      </Shown>
    </Page>
  );
}

function Body({ day, days }: { day: Day; days: readonly Day[] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const incomes = days.map((one) => one.income_per_10k_e5);
  const carry = day.yield_7d_e3 ? carryOf(day.yield_7d_e3, incomes) : undefined;
  const formula = carry === "monthly" ? t.yields.monthly(days.length) : t.yields.daily(days.length);
  return (
    <>
      <section class="card explain-head">
        <p class="small muted">{t.yields.yield} · {formatDay(day.on, lang)}</p>
        <p class="amount-xl">{day.yield_7d_e3 ? formatYield(day.yield_7d_e3) : t.yields.unpublished}</p>
        <p class="small muted">{t.yields.per10k} <span class="strong">{formatPer10k(day.income_per_10k_e5)}</span></p>
        <p class="tiny muted">{t.yields.past}</p>
      </section>
      {day.yield_7d_e3 && <Verdict faults={carry ? [] : ["yield"]} />}
      <section class="card">
        <h2>{t.words}</h2>
        <p class="formula-sum">{formula}</p>
        {days.length < 7 && <p class="small muted">{t.yields.few(days.length)}</p>}
      </section>
      <section class="card">
        <h2>{t.yields.days}</h2>
        <table>
          <caption class="hidden-visually">{t.yields.days}</caption>
          <tbody>
            {[...days].reverse().map((one) => (
              <tr key={one.on}><th scope="row">{formatDay(one.on, lang)}</th><td class="num">{formatPer10kFull(one.income_per_10k_e5)}</td></tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="card">
        <h2>{t.evidence}</h2>
        <Facts>
          <Fact name={t.yields.source}><span class="mono small">{day.source}</span></Fact>
          <Fact name={t.yields.received}>{formatAt(day.received_at, lang)}</Fact>
        </Facts>
      </section>
    </>
  );
}
