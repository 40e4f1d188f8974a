/** One month: its sum, a calendar, bars with their table, and each day with its explanation. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Calendar, type DayMark } from "../../components/Calendar";
import { Chart } from "../../components/Chart";
import { CheckIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { Shown } from "../../components/states";
import { addDays, dayOf, formatDay, formatDayShort, formatDayTiny } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { formatFen, HIDDEN, sum } from "../../lib/money";
import { setQuery, useQuery } from "../../lib/router";
import { amountsHidden } from "../../lib/settings";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";
import { type IncomeDay, kindOf, levelOf, missingDays } from "./marks";
import en from "./messages.en";
import zh from "./messages.zh";

type All = Answer<"/v1/holdings/{fund}/income/total", "get">;
type Income = Answer<"/v1/holdings/{fund}/income", "get">;

export function Month({ fund, all }: { fund: string; all: All }): VNode {
  const asked = useQuery().get("month") ?? "";
  const newest = (all.last_on ?? dayOf(all.business_time)).slice(0, 7);
  const month = /^\d{4}-\d{2}$/.test(asked) ? asked : newest;
  const income = useGet("/v1/holdings/{fund}/income", { path: { fund }, query: { month } });
  const late = income.data ? missingDays(month, income.data.data, all.first_on, lastDue(all.business_time)) : [];
  return (
    <>
      {income.data ? <Totals income={income.data} /> : <div class="income-totals" />}
      <Grid fund={fund} month={month} all={all} days={income.data?.data ?? []} late={late} onMonth={(to) => setQuery({ month: to === newest ? undefined : to })} />
      <Shown of={income} lines={8} height="30rem">{(data) => <Days income={data} late={late} />}</Shown>
    </>
  );
}

interface GridProps {
  fund: string;
  month: string;
  all: All;
  days: readonly IncomeDay[];
  late: readonly string[];
  onMonth: (month: string) => void;
}

function Grid({ fund, month, all, days, late, onMonth }: GridProps): VNode {
  const today = dayOf(all.business_time);
  const mark = useMarks(fund, days, late);
  return (
    <section class="card income-calendar">
      <Calendar month={month} first={(all.first_on ?? today).slice(0, 7)} last={today.slice(0, 7)} today={today} mark={mark} onMonth={onMonth} />
      <Key />
    </section>
  );
}

/** Returns the newest day whose income should be there: yesterday's from two in the morning on. */
function lastDue(now: string): string {
  return addDays(dayOf(now), now.slice(11, 16) >= "02:00" ? -1 : -2);
}

function Totals({ income }: { income: Income }): VNode {
  const t = useText(zh, en);
  const agrees = sum(income.data.map((day) => day.income.amount)).toString() === income.total.amount;
  return (
    <section class="income-totals">
      <p class="small muted">{t.total}</p>
      <p><Amount fen={income.total.amount} size="xl" sign="always" explain={explain.month(income.fund, income.month)} label={t.total} /></p>
      <p class={`small income-check ${agrees ? "good" : "bad"}`} data-verdict={agrees ? "agrees" : "differs"}>
        {agrees && <CheckIcon />}<span>{agrees ? t.agrees(income.data.length) : t.differs}</span>
      </p>
    </section>
  );
}

function useMarks(fund: string, days: readonly IncomeDay[], late: readonly string[]): (on: string) => DayMark | undefined {
  const t = useText(zh, en);
  const hidden = useValue(amountsHidden);
  const words = { gain: t.gain, loss: t.loss, neutral: t.zero, missing: t.missing };
  return (on) => {
    if (late.includes(on)) return { tone: "missing", label: t.missing };
    const day = days.find((one) => one.on === on);
    if (!day) return undefined;
    const fen = BigInt(day.income.amount);
    const tone = kindOf(fen);
    const label = `${words[tone]} ${hidden ? HIDDEN : formatFen(fen, "always")}`;
    return { tone, level: levelOf(fen, days), href: explain.income(fund, on), label };
  };
}

function Key(): VNode {
  const t = useText(zh, en);
  const kinds = [["gain", t.gain], ["loss", t.loss], ["neutral", t.zero], ["missing", t.missing]] as const;
  return (
    <ul class="income-key tiny muted" aria-label={t.legend}>
      {kinds.map(([kind, word]) => <li key={kind}><span class={`day day-${kind} level-3`} aria-hidden="true"><span class="day-mark" /></span>{word}</li>)}
    </ul>
  );
}

function Days({ income, late }: { income: Income; late: readonly string[] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const hidden = useValue(amountsHidden);
  if (income.data.length === 0 && late.length === 0) return <p class="muted center">{t.none}</p>;
  const all = [...income.data.map((day) => day.on), ...late].sort();
  const found = new Map(income.data.map((day) => [day.on, day.income.amount]));
  const points = all.map((on) => ({ name: formatDayTiny(on, lang), value: found.has(on) ? BigInt(found.get(on) ?? 0) : undefined }));
  return (
    <>
      <Losses income={income} />
      <section class="card">
        <Chart kind="bars" title={t.chart} points={points} format={(fen) => (hidden ? HIDDEN : formatFen(fen, "always"))} nameHeading={t.day} valueHeading={t.income} />
      </section>
      <section class="stack-s">
        <h2>{t.days}</h2>
        <List label={t.days}>
          {all.reverse().map((on) => <DayRow key={on} fund={income.fund} on={on} fen={found.get(on)} />)}
        </List>
      </section>
    </>
  );
}

function DayRow({ fund, on, fen }: { fund: string; on: string; fen: string | undefined }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  if (fen === undefined) return <Row title={formatDay(on, lang)} note={t.missingNote} end={<span class="muted">{t.missing}</span>} />;
  const kind = kindOf(BigInt(fen));
  const word = kind === "loss" ? t.loss : kind === "neutral" ? t.zero : t.gain;
  return <Row title={formatDay(on, lang)} note={word} href={explain.income(fund, on)} end={<Amount fen={fen} sign="always" explain="inside" />} />;
}

/** The short form of a bad day: what happened and what it means. */
function Losses({ income }: { income: Income }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const bad = income.data.filter((day) => day.income.amount.startsWith("-"));
  if (bad.length === 0) return null;
  return (
    <section class="news" role="status">
      <h2>{t.negativeTitle}</h2>
      <p class="small">{t.negativeText(bad.map((day) => formatDayShort(day.on, lang)).join(lang === "en" ? ", " : "、"))}</p>
    </section>
  );
}
