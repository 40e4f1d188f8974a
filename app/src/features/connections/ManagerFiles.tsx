/** The files between us and the managers: expected, here, acknowledged or refused, and once more. */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Code, Filters, Panel, Tag, type Tone } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Field, Select } from "../../components/Field";
import { CheckIcon } from "../../components/icons";
import type { Column } from "../../components/VirtualTable";
import { between, dayOf, formatClock, formatDayTiny, formatSpan } from "../../lib/dates";
import { businessTime } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { usePages } from "../../lib/pages";
import { setQuery, useQuery } from "../../lib/router";
import { useValue } from "../../lib/state";
import { FileSheet } from "./FileSheet";
import en from "./messages.en";
import zh from "./messages.zh";

export type File = Schemas["ManagerFileView"];
const VIEWS = { all: "", late: "late", refused: "refused", expected: "expected" } as const;
type View = keyof typeof VIEWS;
const TYPES = ["01", "02", "03", "04", "05", "06", "07", "25", "index"] as const;
const TONES: Readonly<Partial<Record<File["state"], Tone>>> = { late: "warn", refused: "bad", accepted: "good", acknowledged: "good", arrived: "brand" };
const PAGE = 500;
const NONE = { state: "", day: "", type: "" };

export function ManagerFiles(): VNode {
  const t = useText(zh, en);
  const query = useQuery();
  const asked = { state: query.get("state") ?? "", day: query.get("day") ?? "", type: query.get("type") ?? "" };
  const list = usePages<File>("/v1/staff/manager-files", asked, PAGE);
  const columns = useColumns();
  const isAll = Object.values(asked).every((value) => value === "");
  const isEmpty = isAll && list.page !== undefined && list.rows.length === 0;
  const views = Object.keys(VIEWS) as View[];
  const open = query.get("file");
  return (
    <Panel title={t.file.title}>
      {isEmpty ? <NoFiles /> : (
        <>
          <Chips label={t.file.views} value={views.find((view) => VIEWS[view] === asked.state)} options={views.map((value) => ({ value, text: t.file.view[value] }))} onChange={(view) => setQuery({ state: VIEWS[view] })} />
          <Filters label={t.file.filters}>
            <Field label={t.file.day} type="date" value={asked.day} onInput={(day) => setQuery({ day })} />
            <Select label={t.file.type} value={asked.type} options={[{ value: "", text: t.file.any }, ...TYPES.map((value) => ({ value: value as string, text: typeText(t, value) }))]} onChange={(type) => setQuery({ type })} />
          </Filters>
          <PagedTable of={list} label={t.file.title} columns={columns} minWidth="66rem" height="26rem" onOpen={(file) => setQuery({ file: file.id })} empty={t.file.none} clear={() => setQuery(NONE)} />
        </>
      )}
      {open && <FileSheet id={open} close={() => setQuery({ file: undefined })} />}
    </Panel>
  );
}

/** The sandbox's manager answers without files unless it was started with them. */
function NoFiles(): VNode {
  const t = useText(zh, en);
  return (
    <div class="calm">
      <CheckIcon />
      <p class="muted">{t.file.without}</p>
      <Code text={t.file.command} length={40} />
    </div>
  );
}

export function typeText(t: typeof zh, type: string): string {
  const words: Readonly<Partial<Record<string, string>>> = t.file.types;
  const name = words[type];
  return name ? (type === "index" ? name : `${type} ${name}`) : type;
}

/** A file's state; since when it is late, and that it is asked for again. */
export function FileState({ file }: { file: File }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const now = useValue(businessTime);
  const isLate = file.state === "late" && file.expected_at !== null && now !== "";
  return (
    <span class="nowrap">
      <Tag tone={TONES[file.state] ?? "plain"}>{word(t.file.states, file.state)}</Tag>
      {isLate && <span class="small warn"> {formatSpan(between(file.expected_at ?? now, now), lang)}</span>}
      {file.pull_wanted && <span class="small muted"> {t.file.asked}</span>}
    </span>
  );
}

/** A count of rows or bytes, in threes. */
export function count(text: string | null): string | undefined {
  return text === null ? undefined : BigInt(text).toLocaleString("en");
}

function useColumns(): readonly Column<File>[] {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return useMemo(() => {
    const tiny = (at: string | null) => (at ? `${formatDayTiny(dayOf(at), lang)} ${formatClock(at)}` : words.nobody);
    return [
      { key: "day", title: t.file.day, width: "5.5rem", cell: (row) => formatDayTiny(row.day, lang) },
      { key: "type", title: t.file.type, width: "minmax(8.5rem, 1.3fr)", cell: (row) => <button type="button" class="cell-button" onClick={() => setQuery({ file: row.id })}>{typeText(t, row.type)}{row.batch > 1 ? ` · ${t.file.batch(row.batch)}` : ""}</button> },
      { key: "state", title: t.state, width: "minmax(10rem, 1.2fr)", cell: (row) => <FileState file={row} /> },
      { key: "way", title: t.file.way, width: "3.5rem", cell: (row) => <span class="muted">{word(t.file.ways, row.direction)}</span> },
      { key: "expected", title: t.file.expected, width: "8.5rem", cell: (row) => tiny(row.expected_at) },
      { key: "came", title: t.file.came, width: "8.5rem", cell: (row) => tiny(row.arrived_at ?? row.sent_at) },
      { key: "ended", title: t.file.ended, width: "8.5rem", cell: (row) => tiny(row.ended_at) },
      { key: "rows", title: t.file.rows, width: "6rem", num: true, cell: (row) => count(row.record_count) ?? words.nobody },
      { key: "sha", title: t.file.sha, width: "7.5rem", cell: (row) => (row.sha256 ? <Code text={row.sha256} length={8} /> : words.nobody) },
    ];
  }, [lang]);
}
