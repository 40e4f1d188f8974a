/** Every part of the kit on one page, to be looked at and tested. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Calendar } from "../../components/Calendar";
import { Chart } from "../../components/Chart";
import { Confirm, Sheet } from "../../components/Dialog";
import { Per10k, Units, Yield } from "../../components/figures";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Rich } from "../../components/Rich";
import { AsOf, Empty, Late, Loading, Refused } from "../../components/states";
import { Tabs } from "../../components/Tabs";
import { Timeline } from "../../components/Timeline";
import { toast } from "../../components/Toast";
import { VirtualTable } from "../../components/VirtualTable";
import { addDays, formatDayTiny } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { formatFen, formatYield } from "../../lib/money";
import { Problem } from "../../lib/problem";
import { Entries } from "./Entries";
import en from "./messages.en";
import zh from "./messages.zh";

const FUND = "000575";
const DAYS = Array.from({ length: 30 }, (_, i) => addDays("2015-05-01", i));
const ROWS = Array.from({ length: 100_000 }, (_, i) => String(i + 1));

export function KitScreen(): VNode {
  const t = useText(zh, en);
  return (
    <Page title={t.title}>
      <section class="card stack">
        <h2>{t.amounts}</h2>
        <Amount fen="123456789" size="xl" explain={explain.total()} />
        <p>{t.income} <Amount fen="168" sign="always" explain={explain.income(FUND, "2015-05-11")} label={t.income} /></p>
        <p>{t.income} <Amount fen="-42" sign="always" explain={explain.income(FUND, "2015-05-12")} label={t.income} /></p>
        <p class="row"><Units units="1234567" /><Yield value="4950" /><Per10k value="136920" /></p>
        <p><Rich text={t.left} parts={{ amount: <Amount fen="600000" explain={explain.quota(FUND)} /> }} /></p>
      </section>
      <section class="card stack">
        <h2>{t.buttons}</h2>
        <div class="row">
          <Button>{t.buy}</Button>
          <Button look="second">{t.redeem}</Button>
          <Button look="plain">{t.cancel}</Button>
          <Button look="danger">{t.freeze}</Button>
          <Button busy>{t.busy}</Button>
          <Button off>{t.off}</Button>
        </div>
        <Windows />
      </section>
      <Entries />
      <States />
      <Pictures />
    </Page>
  );
}

function Windows(): VNode {
  const t = useText(zh, en);
  const [open, setOpen] = useState<"dialog" | "sheet">();
  const close = () => setOpen(undefined);
  return (
    <div class="row">
      <Button look="second" onPress={() => setOpen("dialog")}>{t.openDialog}</Button>
      <Button look="second" onPress={() => setOpen("sheet")}>{t.openSheet}</Button>
      <Button look="second" onPress={() => toast(t.said)}>{t.toast}</Button>
      <Confirm open={open === "dialog"} title={t.dialogTitle} text={t.dialogText} confirm={t.freeze} danger onConfirm={close} onClose={close} />
      <Sheet open={open === "sheet"} title={t.sheetTitle} onClose={close}>
        <List><Row title={t.cardOne} onPress={close} /><Row title={t.cardTwo} onPress={close} /></List>
      </Sheet>
    </div>
  );
}

function States(): VNode {
  const t = useText(zh, en);
  const problem = new Problem(422, "redeem.fast_cap", t.refusedTitle, t.refusedDetail, "req_1", [t.refusedStep], {}, [], undefined);
  const steps = [
    { key: "a", title: t.placed, state: "done" as const, actualAt: "2015-05-11T14:59:00+08:00" },
    { key: "b", title: t.paid, state: "now" as const, expectedAt: "2015-05-11T14:59:10+08:00", waitsFor: t.bank },
    { key: "c", title: t.confirmed, state: "later" as const, expectedAt: "2015-05-12T10:00:00+08:00" },
  ];
  return (
    <section class="card stack">
      <h2>{t.states}</h2>
      <Loading />
      <Empty text={t.empty} action={{ text: t.emptyAction, href: "/" }} />
      <Refused failure={problem} quiet />
      <AsOf at="2015-05-11T14:59:00+08:00" />
      <Late lateByMs={7_800_000} doing={t.lateDoing} ticket="HQ-1024" />
      <Timeline label={t.timeline} steps={steps} />
    </section>
  );
}

function Pictures(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const [period, setPeriod] = useState<"week" | "month">("week");
  const [month, setMonth] = useState("2015-05");
  const days = period === "week" ? DAYS.slice(0, 7) : DAYS;
  const points = (from: bigint, step: bigint) =>
    days.map((on, i) => ({ name: formatDayTiny(on, lang), value: i === 3 ? undefined : from + step * BigInt((i * 7) % 5) }));
  return (
    <section class="card stack">
      <h2>{t.charts}</h2>
      <Tabs label={t.tabs} value={period} tabs={[{ value: "week", text: t.week }, { value: "month", text: t.month }]} onChange={setPeriod}>
        <Chart kind="line" title={t.yields} points={points(4700n, 60n)} format={formatYield} nameHeading={t.day} valueHeading={t.yields} />
        <Chart kind="bars" title={t.incomes} points={points(-40n, 70n)} format={(fen) => formatFen(fen, "always")} nameHeading={t.day} valueHeading={t.incomes} />
      </Tabs>
      <h2>{t.calendar}</h2>
      <Calendar
        month={month}
        onMonth={setMonth}
        today="2015-05-11"
        mark={(on) => (on < "2015-05-12" ? { tone: on === "2015-05-06" ? "loss" : "gain", level: 2, href: explain.income(FUND, on), label: t.income } : undefined)}
      />
      <h2>{t.table}</h2>
      <VirtualTable
        label={t.table}
        height="20rem"
        minWidth="20rem"
        rows={ROWS}
        onOpen={(row) => toast(t.row(row))}
        columns={[
          { key: "no", title: t.no, width: "7rem", num: true, cell: (row) => row },
          { key: "name", title: t.name, width: "1fr", cell: (row) => t.row(row) },
        ]}
      />
    </section>
  );
}
