/** The short form of a bad day: what happened, what it means, what is known. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";

type Fund = Answer<"/v1/funds", "get">["data"][number];
type Holding = Answer<"/v1/holdings", "get">["data"][number];

export function FundNews({ fund, holding }: { fund: Fund; holding: Holding | undefined }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const { last_income: income, last_income_on: on } = holding ?? {};
  const closed: { title: string; note: string } | undefined = t.closed[fund.state];
  if (closed) {
    const since = fund.state_from ? formatDay(fund.state_from.slice(0, 10), lang) : "";
    return (
      <section class="news" role="status">
        <h2>{closed.title}</h2>
        <p class="small">{t.closedNote(since, fund.state_reason, closed.note)}</p>
      </section>
    );
  }
  if (!income || !on || !income.amount.startsWith("-")) return null;
  return (
    <section class="news" role="status">
      <div class="row-apart">
        <h2>{t.negative}</h2>
        <Amount fen={income.amount} sign="always" explain={explain.income(fund.fund, on)} label={t.negative} />
      </div>
      <p class="small">{t.negativeNote(formatDay(on, lang))}</p>
      <p><a href={explain.income(fund.fund, on)}>{t.negativeLink}</a></p>
    </section>
  );
}
