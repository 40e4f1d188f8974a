/** The figure people come for: the total, the last day's income, the income so far. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Late } from "../../components/states";
import { addDays, between, dayOf, formatDay, formatDayTiny } from "../../lib/dates";
import { businessTime } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { whole } from "../../lib/money";
import { totalOf } from "../../lib/shelves";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";
import { publishedBy } from "./lateness";
import en from "./messages.en";
import zh from "./messages.zh";

type Holdings = Answer<"/v1/holdings", "get">;
type Holding = Holdings["data"][number];
type Total = Answer<"/v1/holdings/{fund}/income/total", "get">;

/** From 1,000 yuan on, two amounts side by side are written smaller, so that both stay in one line. */
const LONG_FEN = 100_000n;

export function Hero({ data }: { data: Holdings }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const known = data.data.flatMap((one) => (one.last_income_on ? [one.last_income_on] : [])).sort().at(-1);
  return (
    <section class="card hero">
      <div class="stack-s">
        <p class="muted small">{t.total}</p>
        <p><Amount fen={totalOf(data)} size="xl" explain={explain.total()} label={t.total} /></p>
        {known && <p class="tiny muted">{t.asOf(formatDay(known, lang))} · {t.beijing}</p>}
      </div>
      {data.data.map((one) => <Incomes key={one.fund} holding={one} />)}
    </section>
  );
}

function Incomes({ holding }: { holding: Holding }): VNode {
  const all = useGet("/v1/holdings/{fund}/income/total", { path: { fund: holding.fund } }).data;
  const isLong = whole(all?.total.amount ?? "0") >= LONG_FEN;
  return (
    <>
      <LateIncome holding={holding} />
      <div class={isLong ? "hero-incomes hero-incomes-long" : "hero-incomes"}>
        <LastIncome holding={holding} />
        <SoFar fund={holding.fund} all={all} />
      </div>
    </>
  );
}

function LastIncome({ holding }: { holding: Holding }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const now = useValue(businessTime);
  const { last_income: income, last_income_on: on } = holding;
  if (!income || !on)
    return <div class="hero-income"><p class="small muted">{t.firstIncome}</p><p class="small">{t.firstIncomeNote}</p></div>;
  const day = formatDayTiny(on, lang);
  const isYesterday = now !== "" && addDays(dayOf(now), -1) === on;
  const label = isYesterday ? t.yesterdayIncome : t.lastIncome;
  return (
    <div class="hero-income">
      <p class="small muted">{label}</p>
      <p><Amount fen={income.amount} size="l" sign="always" explain={explain.income(holding.fund, on)} label={`${label} ${day}`} /></p>
      <p class="tiny muted">{day}</p>
    </div>
  );
}

/** A day whose income should be there and is not is late; it is never shown as nothing. */
function LateIncome({ holding }: { holding: Holding }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const now = useValue(businessTime);
  if (!now || !holding.last_income_on) return null;
  const due = publishedBy(now);
  if (holding.last_income_on >= due.on) return null;
  return (
    <div class="stack-s">
      <p class="small strong">{t.late(formatDayTiny(due.on, lang))}</p>
      <Late lateByMs={between(due.at, now)} doing={t.lateDoing} />
    </div>
  );
}

function SoFar({ fund, all }: { fund: string; all: Total | undefined }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <div class="hero-income">
      <p class="small muted">{t.cumulative}</p>
      {all?.first_on
        ? <p><Amount fen={all.total.amount} size="l" sign="always" explain={explain.cumulative(fund)} label={t.cumulative} /></p>
        : <p class="small">{t.notYet}</p>}
      {all?.first_on && <p class="tiny muted">{t.since(formatDayTiny(all.first_on, lang))}</p>}
    </div>
  );
}
