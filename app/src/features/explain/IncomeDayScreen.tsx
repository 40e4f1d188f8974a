/** A day's income, worked out again in this browser from units, rate, threshold and account. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { dayFaults } from "../../lib/checks";
import { formatAt, formatDay } from "../../lib/dates";
import { isProblem } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { formatUnits } from "../../lib/money";
import type { ScreenProps } from "../../lib/router";
import { amountsHidden } from "../../lib/settings";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";
import { Formula } from "./Formula";
import en from "./messages.en";
import zh from "./messages.zh";
import { Verdict } from "./Verdict";

type Day = Answer<"/v1/holdings/{fund}/days/{on}", "get">;

export function IncomeDayScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { fund = "", on = "" } = params;
  const day = useGet("/v1/holdings/{fund}/days/{on}", { path: { fund, on } });
  const calendar = `${places.income(fund)}?month=${on.slice(0, 7)}`;
  return (
    <Page title={t.title} back={calendar}>
      {isProblem(day.error, "fund.day_not_published", "fund.holding_unknown")
        ? <Empty text={t.income.notYet(formatDay(on, lang))} action={{ text: t.income.toCalendar, href: calendar }} />
        : <Shown of={day} lines={10} height="48rem">{(data) => <Body day={data} />}</Shown>}
    </Page>
  );
}

function Body({ day }: { day: Day }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const here = explain.income(day.fund, day.on);
  return (
    <>
      <section class="card explain-head">
        <p class="small muted">{t.income.title} · {formatDay(day.on, lang)}</p>
        <p><Amount fen={day.income.amount} size="xl" sign="always" explain={here} label={t.income.title} /></p>
        <Status status={day.status} />
      </section>
      <Verdict faults={dayFaults(day)} />
      {day.income.amount.startsWith("-") && <p class="notice notice-warn small">{t.income.negative}</p>}
      {day.override && <p class="notice small">{t.income.overrideNote(day.override.source, day.override.record_no, formatAt(day.override.accepted_at, lang))}</p>}
      <Formula day={day} />
      <Evidence day={day} />
    </>
  );
}

function Status({ status }: { status: string }): VNode {
  const t = useText(zh, en);
  if (status === "overridden") return <p><span class="badge badge-warn">{t.income.overridden}</span></p>;
  const isSure = status === "confirmed";
  return <p><span class={`badge ${isSure ? "badge-good" : "badge-warn"}`}>{isSure ? t.income.confirmed : t.income.predicted}</span></p>;
}

function Evidence({ day }: { day: Day }): VNode {
  const t = useText(zh, en);
  const hidden = useValue(amountsHidden);
  return (
    <section class="card">
      <h2>{t.evidence}</h2>
      <Facts>
        <Fact name={t.income.source}><span class="mono">{day.source}</span></Fact>
        <Fact name={t.income.fundTotal}>{formatUnits(day.fund_total_units.units)}</Fact>
        <Fact name={t.income.fundIncome}><Amount fen={day.fund_total_income.amount} sign="always" explain={explain.yields(day.fund, day.on)} label={t.income.fundIncome} /></Fact>
        <Fact name={t.income.account}>{hidden ? "••••" : day.rule.account_no}</Fact>
        {day.register_row && <Fact name={t.income.register}><span class="mono small">{t.income.record(day.register_row.source, day.register_row.record_no)}</span></Fact>}
        {day.ledger_transfer_id && <Fact name={t.income.ledger}><span class="mono small">{day.ledger_transfer_id}</span></Fact>}
      </Facts>
    </section>
  );
}
