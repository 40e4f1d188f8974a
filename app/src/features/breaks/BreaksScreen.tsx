/** The queue of what does not tie, over all funds and days; many of one class are resolved at once. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { ButtonLink } from "../../components/Button";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Filters, Panel, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Select } from "../../components/Field";
import { CheckIcon } from "../../components/icons";
import { Page } from "../../components/Page";
import { useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { useGet } from "../../lib/store";
import { BulkBar, useChosen } from "./Bulk";
import { type Break, nameOf, useColumns } from "./columns";
import en from "./messages.en";
import zh from "./messages.zh";

type Summary = Schemas["BreakSummaryAnswer"];
type Asked = Readonly<Record<string, string>>;
type View = "open" | "mine" | "resolving" | "today" | "aged" | "refused" | "decided" | "noted" | "all";
const NAMES = ["state", "class", "age", "fund", "owner"] as const;
const AGES = ["today", "1", "2-3", "4-7", "over_7"] as const;
const EMPTY = { class: undefined, age: undefined, fund: undefined, owner: undefined };
const PAGE = 500;

/** What each view asks for; one's own breaks are those of whoever sits here. */
function viewsOf(actor: string): Readonly<Record<View, Asked>> {
  return {
    open: { state: "open" },
    mine: { state: "open", owner: actor },
    resolving: { state: "resolving" },
    today: { state: "open", age: "today" },
    aged: { state: "open", age: "over_7" },
    refused: { state: "open", class: "file_refused" },
    decided: { state: "resolved" },
    noted: { state: "noted" },
    all: { state: "any" },
  };
}

/** How many each view has, as far as the summary tells. */
function countsOf(summary: Summary, actor: string): Partial<Record<View, number>> {
  const count = (is: (one: Summary["data"][number]) => boolean) => summary.data.filter(is).reduce((sum, one) => sum + one.rows_count, 0);
  return {
    open: count((one) => one.state === "open"),
    mine: summary.owners.find((one) => one.owner === actor)?.rows_count ?? 0,
    resolving: summary.resolving_count,
    today: count((one) => one.state === "open" && one.age === "today"),
    aged: count((one) => one.state === "open" && one.age === "over_7"),
    refused: count((one) => one.state === "open" && one.break_class === "file_refused"),
    noted: count((one) => one.state === "noted"),
  };
}

export function BreaksScreen(): VNode {
  const t = useText(zh, en);
  const query = useQuery();
  const asked: Record<string, string> = { state: query.get("state") ?? "open" };
  for (const name of NAMES.slice(1)) {
    const value = query.get(name);
    if (value) asked[name] = value;
  }
  const summary = useGet("/v1/breaks/summary").data;
  const open = summary?.open_count;
  return (
    <Page title={t.title} wide actions={open !== undefined && <Tag tone={open ? "bad" : "good"}>{t.openCount(String(open))}</Tag>}>
      <Views asked={asked} summary={summary} />
      <Queue asked={asked} summary={summary} />
    </Page>
  );
}

function Queue({ asked, summary }: { asked: Asked; summary: Summary | undefined }): VNode {
  const t = useText(zh, en);
  const staff = useStaff();
  const list = usePages<Break>("/v1/breaks", { ...asked, state: asked["state"] === "any" ? undefined : asked["state"] }, PAGE);
  const chosen = useChosen();
  const columns = useColumns(staff.is("operator", "finance") ? chosen : undefined);
  const showAll = () => setQuery({ ...EMPTY, state: "any" });
  const isNothing = list.page !== undefined && list.rows.length === 0;
  if (isNothing && summary?.open_count === 0 && asked["state"] === "open") return <Calm showAll={showAll} />;
  return (
    <>
      {summary && <ByAge data={summary.data} />}
      <Choices asked={asked} owners={summary?.owners} />
      <BulkBar chosen={chosen} shown={list.rows} />
      <PagedTable
        of={list} label={t.title} columns={columns} minWidth="82rem" height="32rem"
        onOpen={(row) => navigate(consoleLinks.break(row.id))} clear={showAll}
      />
    </>
  );
}

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

function Views({ asked, summary }: { asked: Asked; summary: Summary | undefined }): VNode {
  const t = useText(zh, en);
  const { actor } = useStaff();
  const views = viewsOf(actor);
  const counts = summary ? countsOf(summary, actor) : {};
  const names = Object.keys(views) as View[];
  const isNow = (name: View) => NAMES.every((key) => (asked[key] ?? "") === (views[name][key] ?? ""));
  return (
    <Chips
      label={t.views} value={names.find(isNow)} onChange={(name) => setQuery({ ...EMPTY, ...views[name] })}
      options={names.map((value) => ({ value, text: t.view[value], ...(counts[value] === undefined ? {} : { count: counts[value] }) }))}
    />
  );
}

function Choices({ asked, owners }: { asked: Asked; owners: Summary["owners"] | undefined }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const funds = useGet("/v1/funds").data?.data ?? [];
  const any = { value: "", text: words.all };
  const options = (texts: Readonly<Record<string, string>>) => [any, ...Object.entries(texts).map(([value, text]) => ({ value, text }))];
  return (
    <Filters label={words.filters}>
      <Select label={t.state} value={asked["state"] ?? "open"} options={[{ ...any, value: "any" }, ...options(t.states).slice(1)]} onChange={(state) => setQuery({ state })} />
      <Select label={t.class} value={asked["class"] ?? ""} options={options(t.classes)} onChange={(name) => setQuery({ class: name })} />
      <Select label={t.age} value={asked["age"] ?? ""} options={[any, ...AGES.map((value) => ({ value, text: t.ages[value] }))]} onChange={(age) => setQuery({ age })} />
      <Select label={t.owner} value={asked["owner"] ?? ""} options={[any, ...(owners ?? []).map(({ owner }) => ({ value: owner, text: nameOf(owner) }))]} onChange={(owner) => setQuery({ owner })} />
      <Select label={words.fund} value={asked["fund"] ?? ""} options={[any, ...funds.map(({ fund }) => ({ value: fund, text: fund }))]} onChange={(fund) => setQuery({ fund })} />
    </Filters>
  );
}

/** How many there are of each class and age; each figure filters the list. */
function ByAge({ data }: { data: Summary["data"] }): VNode | null {
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
              <td key={age} class="num">{count(name, age) ? <button type="button" class="cell-button" onClick={() => setQuery({ ...EMPTY, state: "open", class: name, age })}>{count(name, age)}</button> : <span class="muted">0</span>}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}

/** Where a wide list leads when nothing is open: kept for pages that name one break. */
export function BackToQueue(): VNode {
  const t = useText(zh, en);
  return <ButtonLink look="second" href="/console/breaks">{t.title}</ButtonLink>;
}
