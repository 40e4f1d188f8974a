/** The queue of what does not tie, over all funds and days. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Difference } from "../../components/desk/Difference";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Filters, Panel, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { ButtonLink } from "../../components/Button";
import { Select } from "../../components/Field";
import { CheckIcon } from "../../components/icons";
import { Page } from "../../components/Page";
import type { Column } from "../../components/VirtualTable";
import { formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Break = Schemas["QueuedBreakView"];

const VIEWS = {
  open: { state: "open" },
  today: { state: "open", age: "today" },
  aged: { state: "open", age: "over_7" },
  refused: { state: "open", class: "file_refused" },
  all: { state: "any" },
} as const;
const AGES = ["today", "1", "2-3", "4-7", "over_7"] as const;
const PAGE = 500;

function useFilters(): { asked: Record<string, string>; set: (values: Record<string, string | undefined>) => void } {
  const query = useQuery();
  const asked: Record<string, string> = { state: query.get("state") ?? "open" };
  for (const name of ["class", "age", "fund"]) {
    const value = query.get(name);
    if (value) asked[name] = value;
  }
  return { asked, set: setQuery };
}

export function BreaksScreen(): VNode {
  const t = useText(zh, en);
  const { asked, set } = useFilters();
  const open = useGet("/v1/staff/breaks/summary").data?.open_count;
  return (
    <Page title={t.title} wide actions={open !== undefined && <Tag tone={open ? "bad" : "good"}>{t.openCount(String(open))}</Tag>}>
      <Views asked={asked} set={set} />
      <Queue asked={asked} set={set} isCalm={open === 0 && asked["state"] === "open"} />
    </Page>
  );
}

function Queue({ asked, set, isCalm }: FilterProps & { isCalm: boolean }): VNode {
  const t = useText(zh, en);
  const summary = useGet("/v1/staff/breaks/summary");
  const list = usePages<Break>("/v1/staff/breaks", { ...asked, state: asked["state"] === "any" ? undefined : asked["state"] }, PAGE);
  const columns = useColumns();
  const showAll = () => set({ ...EMPTY, state: "any" });
  if (isCalm && list.page !== undefined && list.rows.length === 0) return <Calm showAll={showAll} />;
  return (
    <>
      <ByAge data={summary.data?.data ?? []} set={set} />
      <Choices asked={asked} set={set} />
      <PagedTable
        of={list} label={t.title} columns={columns} minWidth="60rem" height="32rem"
        onOpen={(row) => navigate(consoleLinks.break(row.id))} clear={showAll}
      />
    </>
  );
}

const EMPTY = { class: undefined, age: undefined, fund: undefined };

function Calm({ showAll }: { showAll: () => void }): VNode {
  const t = useText(zh, en);
  return (
    <Panel title={t.tolerance}>
      <div class="calm">
        <CheckIcon />
        <p class="muted">{t.toleranceNote}</p>
        <button type="button" class="button button-second" onClick={showAll}>{t.showAll}</button>
      </div>
    </Panel>
  );
}

interface FilterProps {
  asked: Record<string, string>;
  set: (values: Record<string, string | undefined>) => void;
}

function Views({ asked, set }: FilterProps): VNode {
  const t = useText(zh, en);
  const names = Object.keys(VIEWS) as (keyof typeof VIEWS)[];
  const isNow = (name: keyof typeof VIEWS) => {
    const view: Readonly<Record<string, string>> = VIEWS[name];
    return Object.keys({ ...asked, ...view }).every((key) => asked[key] === view[key]);
  };
  return (
    <Chips
      label={t.views} value={names.find(isNow)} options={names.map((value) => ({ value, text: t.view[value] }))}
      onChange={(name) => set({ ...EMPTY, ...VIEWS[name] })}
    />
  );
}

function Choices({ asked, set }: FilterProps): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const funds = useGet("/v1/funds").data?.data ?? [];
  const any = { value: "", text: words.all };
  const options = (texts: Readonly<Record<string, string>>) => [any, ...Object.entries(texts).map(([value, text]) => ({ value, text }))];
  return (
    <Filters label={words.filters}>
      <Select label={t.state} value={asked["state"] ?? "open"} options={[{ ...any, value: "any" }, ...options(t.states).slice(1)]} onChange={(state) => set({ state })} />
      <Select label={t.class} value={asked["class"] ?? ""} options={options(t.classes)} onChange={(name) => set({ class: name })} />
      <Select label={t.age} value={asked["age"] ?? ""} options={[any, ...AGES.map((value) => ({ value, text: t.ages[value] }))]} onChange={(age) => set({ age })} />
      <Select label={words.fund} value={asked["fund"] ?? ""} options={[any, ...funds.map(({ fund }) => ({ value: fund, text: fund }))]} onChange={(fund) => set({ fund })} />
    </Filters>
  );
}

/** How many there are of each class and age; each figure filters the list. */
function ByAge({ data, set }: { data: Schemas["BreakSummaryAnswer"]["data"]; set: FilterProps["set"] }): VNode | null {
  const t = useText(zh, en);
  const open = data.filter((one) => one.state === "open");
  const classes = [...new Set(open.map((one) => one.break_class))];
  if (classes.length === 0) return null;
  const count = (name: string, age: string) => open.find((one) => one.break_class === name && one.age === age)?.rows_count;
  return (
    <TableBox label={t.byAge}>
      <thead><tr><th scope="col">{t.class}</th>{AGES.map((age) => <th key={age} scope="col" class="num">{t.ages[age]}</th>)}</tr></thead>
      <tbody>
        {classes.map((name) => (
          <tr key={name}>
            <th scope="row">{word(t.classes, name)}</th>
            {AGES.map((age) => (
              <td key={age} class="num">{count(name, age) ? <button type="button" class="cell-button" onClick={() => set({ ...EMPTY, state: "open", class: name, age })}>{count(name, age)}</button> : <span class="muted">0</span>}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}

function useColumns(): readonly Column<Break>[] {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const figure = (key: "ours" | "theirs" | "difference", title: string): Column<Break> => ({
    key, title, width: "minmax(6.5rem, 1fr)", num: true,
    cell: (row) => <Difference kind={row.kind} figure={row[key]} explain={consoleLinks.break(row.id)} signed={key === "difference"} />,
  });
  return [
    { key: "on", title: t.day, width: "7rem", cell: (row) => <a class="cell-link" href={consoleLinks.break(row.id)}>{formatDayShort(row.on, lang)}</a> },
    { key: "age", title: t.age, width: "6.5rem", cell: (row) => <Tag tone={row.age === "today" ? "plain" : row.age === "1" ? "warn" : "bad"}>{word(t.ages, row.age)}</Tag> },
    { key: "kind", title: t.kind, width: "minmax(8rem, 1.4fr)", cell: (row) => word(t.kinds, row.kind) },
    { key: "class", title: t.class, width: "minmax(7rem, 1.2fr)", cell: (row) => <span class="muted">{word(t.classes, row.break_class)}</span> },
    { key: "customer", title: t.customer, width: "5.5rem", cell: (row) => row.customer_no ?? words.nobody },
    figure("ours", t.ours),
    figure("theirs", t.theirs),
    figure("difference", t.difference),
    { key: "fund", title: words.fund, width: "5rem", cell: (row) => row.fund },
    { key: "state", title: t.state, width: "5.5rem", cell: (row) => <Tag tone={row.state === "open" ? "bad" : "plain"}>{word(t.states, row.state)}</Tag> },
  ];
}

/** Where a wide list leads when nothing is open: kept for pages that name one break. */
export function BackToQueue(): VNode {
  const t = useText(zh, en);
  return <ButtonLink look="second" href="/console/breaks">{t.title}</ButtonLink>;
}
