/** The banks' statements, a line a bank and day: expected, late, refused or complete, and once more. */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Sheet } from "../../components/Dialog";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Code, Panel, Tag, type Tone } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Fact, Facts } from "../../components/List";
import { Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import type { Column } from "../../components/VirtualTable";
import { dayOf, formatAt, formatClock, formatDay, formatDayTiny } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { usePages } from "../../lib/pages";
import { setQuery, useQuery } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Line = Schemas["BankStatementView"];
type Money = Schemas["Money"] | null;
const VIEWS = ["all", "expected", "late", "incomplete", "refused"] as const;
const TONES: Readonly<Partial<Record<Line["state"], Tone>>> = { late: "warn", incomplete: "warn", refused: "bad", complete: "good" };
const PAGE = 100;

export function BankStatements(): VNode {
  const t = useText(zh, en);
  const query = useQuery();
  const state = query.get("statements") ?? "";
  const list = usePages<Line>("/v1/staff/bank-statements", { state }, PAGE);
  const columns = useColumns();
  const [bank, day] = (query.get("statement") ?? "").split(".");
  return (
    <Panel title={t.bankFiles}>
      <Chips label={t.statement.views} value={VIEWS.find((view) => view === state) ?? "all"} options={VIEWS.map((value) => ({ value, text: t.statement.view[value] }))} onChange={(view) => setQuery({ statements: view === "all" ? undefined : view })} />
      <PagedTable of={list} label={t.bankFiles} columns={columns} minWidth="62rem" height="26rem" onOpen={open} empty={t.statement.none} />
      {bank && day && <StatementSheet bank={bank} day={day} />}
    </Panel>
  );
}

function open(line: Line): void {
  setQuery({ statement: `${line.bank}.${line.day}` });
}

function State({ line }: { line: Line }): VNode {
  const t = useText(zh, en);
  return (
    <span class="nowrap">
      <Tag tone={TONES[line.state] ?? "plain"}>{word(t.statement.states, line.state)}</Tag>
      {line.pull_wanted && <span class="small muted"> {t.file.asked}</span>}
    </span>
  );
}

function Sum({ of, line }: { of: Money; line: Pick<Line, "bank" | "day"> }): VNode {
  const words = useWords();
  if (of === null) return <span class="muted">{words.nobody}</span>;
  return <Amount fen={of.amount} size="s" explain={`?statement=${line.bank}.${line.day}`} />;
}

function useColumns(): readonly Column<Line>[] {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return useMemo(() => {
    const tiny = (at: string | null) => (at ? `${formatDayTiny(dayOf(at), lang)} ${formatClock(at)}` : words.nobody);
    return [
      { key: "day", title: t.file.day, width: "5.5rem", cell: (row) => formatDayTiny(row.day, lang) },
      { key: "bank", title: t.bank, width: "minmax(5rem, 1fr)", cell: (row) => <button type="button" class="cell-button" onClick={() => open(row)}>{row.bank}</button> },
      { key: "state", title: t.state, width: "minmax(8rem, 1.2fr)", cell: (row) => <State line={row} /> },
      { key: "expected", title: t.file.expected, width: "8.5rem", cell: (row) => tiny(row.expected_at) },
      { key: "came", title: t.file.arrived, width: "8.5rem", cell: (row) => tiny(row.arrived_at) },
      { key: "rows", title: t.file.rows, width: "5rem", num: true, cell: (row) => row.counted.entry_count ?? words.nobody },
      { key: "closing", title: t.statement.closing, width: "9rem", num: true, cell: (row) => <Sum of={row.closing} line={row} /> },
      { key: "sha", title: t.file.sha, width: "7.5rem", cell: (row) => (row.sha256 ? <Code text={row.sha256} length={8} /> : words.nobody) },
    ];
  }, [lang]);
}

function StatementSheet({ bank, day }: { bank: string; day: string }): VNode {
  const lang = useLang();
  const found = useGet("/v1/staff/bank-statements/{bank}/{day}", { path: { bank, day } });
  const line = found.data?.data.statement;
  return (
    <Sheet open onClose={() => setQuery({ statement: undefined })} title={`${bank} · ${formatDay(day, lang)}`} footer={line && <Again line={line} />}>
      <Shown of={found} lines={10} height="26rem">{({ data }) => <Body line={data.statement} pages={data.pages} />}</Shown>
    </Sheet>
  );
}

function Body({ line, pages }: { line: Line; pages: readonly Schemas["BankStatementPage"][] }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return (
    <>
      {line.fault && <Fault fault={line.fault} isRefused={line.state === "refused"} />}
      <Facts>
        <Fact name={t.state}><State line={line} /></Fact>
        <Fact name={t.file.expected}>{formatAt(line.expected_at, lang)}</Fact>
        {line.arrived_at && <Fact name={t.file.arrived}>{formatAt(line.arrived_at, lang)}</Fact>}
        <Fact name={t.statement.number}>{line.sequence_no ?? words.nobody}</Fact>
        <Fact name={t.statement.opening}><Sum of={line.opening} line={line} /></Fact>
        <Fact name={t.statement.closing}><Sum of={line.closing} line={line} /></Fact>
        <Fact name={t.statement.stated}><Totals of={line.stated} line={line} /></Fact>
        <Fact name={t.statement.counted}><Totals of={line.counted} line={line} /></Fact>
        {pages.map((each) => <Fact key={each.id} name={t.statement.page(String(each.page_no))}>{word(t.statement.states, each.state)} · {formatAt(each.received_at, lang)} · <Code text={each.sha256} length={12} /></Fact>)}
      </Facts>
    </>
  );
}

function Totals({ of, line }: { of: Schemas["StatementTotals"]; line: Line }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  return <>{of.entry_count ?? words.nobody} · {t.statement.credit} <Sum of={of.credit} line={line} /> · {t.statement.debit} <Sum of={of.debit} line={line} /></>;
}

function Fault({ fault, isRefused }: { fault: Schemas["StatementFault"]; isRefused: boolean }): VNode {
  return (
    <div class={isRefused ? "alarm alarm-bad" : "alarm alarm-warn"} role="note">
      <div class="stack-s">
        <p class="strong">{fault.title}</p>
        {fault.next_step && <p class="small">{fault.next_step}</p>}
        <p class="tiny mono" translate={false}>{fault.code}</p>
      </div>
    </div>
  );
}

function Again({ line }: { line: Line }): VNode | null {
  const t = useText(zh, en);
  const staff = useStaff();
  const doing = useDoing();
  if (!line.can_pull) return null;
  if (!staff.is("operator")) return <p class="small muted">{t.file.operators}</p>;
  const pull = () => void doing.run(async () => {
    await api.post("/v1/staff/bank-statements/{bank}/{day}/repull", { path: { bank: line.bank, day: line.day } });
    toast(t.statement.askedNow);
    refresh("/v1/staff/bank-statements", "/v1/staff/connections");
  });
  return (
    <>
      {doing.failure && <Refused failure={doing.failure} />}
      <Button wide look="primary" busy={doing.busy} off={line.pull_wanted} onPress={pull}>{line.pull_wanted ? t.file.asked : t.statement.again}</Button>
    </>
  );
}
