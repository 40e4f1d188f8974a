/** Total, cash, balance, month and all income: each the sum of what it is made of. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { formatDay, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { totalOf } from "../../lib/shelves";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { type Part, Sum } from "./Sum";

type Holdings = Answer<"/v1/holdings", "get">;
type Entry = Answer<"/v1/holdings/{fund}/entries", "get">["data"][number];

export function TotalScreen(): VNode {
  const t = useText(zh, en);
  const holdings = useGet("/v1/holdings");
  return (
    <Page title={t.title} back={places.home()}>
      <Shown of={holdings} lines={6} height="30rem">
        {(data) => <Sum label={t.total.title} shown={totalOf(data)} parts={totalParts(t, data)} here={explain.total()} note={t.total.note} />}
      </Shown>
    </Page>
  );
}

function totalParts(t: typeof zh | typeof en, data: Holdings): Part[] {
  const parts: Part[] = data.data.flatMap((one) => [
    { key: `${one.fund}u`, title: t.total.units, fen: one.units.units, href: explain.balance(one.fund) },
    { key: `${one.fund}a`, title: t.total.accrued, fen: one.accrued.amount, href: explain.balance(one.fund) },
    { key: `${one.fund}w`, title: t.total.unconfirmed, fen: one.unconfirmed.amount, href: explain.unconfirmed(one.fund) },
  ]);
  parts.push({ key: "cash", title: t.total.cash, fen: data.cash.amount, href: explain.cash() });
  parts.push({ key: "held", title: t.total.held, fen: data.cash_held.amount, href: explain.cash() });
  return parts.filter((part) => part.fen !== "0" || part.key === "cash");
}

export function CashScreen(): VNode {
  const t = useText(zh, en);
  const holdings = useGet("/v1/holdings");
  const here = explain.cash();
  return (
    <Page title={t.title} back={explain.total()}>
      <Shown of={holdings} lines={6} height="30rem">
        {(data) => {
          const all = BigInt(data.cash.amount) + BigInt(data.cash_held.amount);
          const parts = [
            { key: "free", title: t.cash.free, fen: data.cash.amount },
            { key: "held", title: t.cash.held, fen: data.cash_held.amount },
          ];
          return <Sum label={t.cash.title} shown={all} parts={parts} here={here} note={t.cash.note} />;
        }}
      </Shown>
    </Page>
  );
}

export function BalanceScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const fund = params["fund"] ?? "";
  const entries = useGet("/v1/holdings/{fund}/entries", { path: { fund } });
  const holding = useGet("/v1/holdings/{fund}", { path: { fund } }).data?.holding;
  return (
    <Page title={t.title} back={places.home()}>
      <Shown of={entries} lines={8} height="40rem">
        {(data) => {
          const opening = { key: "opening", title: t.balance.opening(formatDay(data.first_on, lang)), fen: data.opening_units.units };
          const parts = [opening, ...data.data.map((entry, i) => entryPart(t, fund, entry, `${i}`, formatDayShort(entry.on, lang)))];
          const shown = holding?.units.units ?? data.units.units;
          return <Sum label={t.balance.title} shown={shown} parts={parts} here={explain.balance(fund)} note={t.balance.note} />;
        }}
      </Shown>
    </Page>
  );
}

function entryPart(t: typeof zh | typeof en, fund: string, entry: Entry, key: string, day: string): Part {
  const fen = entry.units.units;
  if (entry.kind === "income") return { key, title: t.balance.income, note: day, fen, moves: true, href: explain.income(fund, entry.on) };
  const title = fen.startsWith("-") ? t.balance.redemption : entry.order_id ? t.balance.purchase : t.balance.other;
  return { key, title, note: day, fen, moves: true, href: entry.order_id ? explain.order(entry.order_id) : undefined };
}

export function MonthScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { fund = "", month = "" } = params;
  const income = useGet("/v1/holdings/{fund}/income", { path: { fund }, query: { month } });
  return (
    <Page title={t.title} back={`${places.income(fund)}?month=${month}`}>
      <Shown of={income} lines={8} height="40rem">
        {(data) => (
          <Sum signed label={t.month.title} shown={data.total.amount} note={t.month.note} here={explain.month(fund, month)}
            parts={data.data.map(({ on, income: { amount } }) => ({ key: on, title: formatDay(on, lang), fen: amount, href: explain.income(fund, on) }))} />
        )}
      </Shown>
    </Page>
  );
}

export function NoIncome({ fund }: { fund: string }): VNode {
  const t = useText(zh, en);
  return <Empty text={t.cumulative.none} action={{ text: t.month.calendar, href: places.income(fund) }} />;
}
