/** Who did what, when, to what, and what for. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { useAct } from "../../components/desk/acts/useAct";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Filters } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Field } from "../../components/Field";
import { Page } from "../../components/Page";
import type { Column } from "../../components/VirtualTable";
import { dayOf, formatClockFull, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { usePages } from "../../lib/pages";
import { setQuery, useQuery } from "../../lib/router";
import { Act } from "./Act";
import { Evidence } from "./Evidence";
import en from "./messages.en";
import zh from "./messages.zh";

type ActView = Schemas["ActView"];
const NAMES = ["actor", "type", "object", "from", "to"] as const;
const VIEWS = { all: "", approval: "approval", reveal: "customer.identity", search: "staff.orders", close: "staff.close", sandbox: "sandbox" } as const;
type View = keyof typeof VIEWS;

export function AuditScreen(): VNode {
  const t = useText(zh, en);
  const query = useQuery();
  const asked = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
  const list = usePages<ActView>("/v1/staff/audit", asked);
  const [open, setOpen] = useState<ActView>();
  const columns = useColumns(setOpen);
  const views = Object.keys(VIEWS) as View[];
  const clear = () => setQuery(Object.fromEntries(NAMES.map((name) => [name, ""])));
  return (
    <Page title={t.title} wide actions={<ButtonLink look="second" href="/console/ledger">{t.chain}</ButtonLink>}>
      <p class="small muted">{t.lead}</p>
      <Chips label={t.views} value={views.find((view) => VIEWS[view] === (asked["type"] ?? ""))} options={views.map((value) => ({ value, text: t.view[value] }))} onChange={(view) => setQuery({ type: VIEWS[view] })} />
      <Choices key={NAMES.map((name) => asked[name]).join(" ")} asked={asked} />
      <PagedTable of={list} label={t.title} columns={columns} minWidth="58rem" onOpen={setOpen} empty={t.none} clear={clear} />
      <Evidence />
      {open && <Act act={open} close={() => setOpen(undefined)} />}
    </Page>
  );
}

function Choices({ asked }: { asked: Readonly<Record<string, string>> }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const [typed, setTyped] = useState(asked);
  const set = (name: string) => (value: string) => setTyped((old) => ({ ...old, [name]: value }));
  return (
    <form onSubmit={(event) => (event.preventDefault(), setQuery(typed))}>
      <Filters label={words.filters}>
        <Field label={t.actor} type="search" value={typed["actor"] ?? ""} onInput={set("actor")} />
        <Field label={t.type} value={typed["type"] ?? ""} onInput={set("type")} />
        <Field label={t.object} value={typed["object"] ?? ""} onInput={set("object")} />
        <Field label={t.from} type="date" value={typed["from"] ?? ""} onInput={set("from")} />
        <Field label={t.to} type="date" value={typed["to"] ?? ""} onInput={set("to")} />
        <Button type="submit" look="second">{t.find}</Button>
      </Filters>
    </form>
  );
}

function useColumns(open: (act: ActView) => void): readonly Column<ActView>[] {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const inWords = useAct();
  return [
    { key: "at", title: t.at, width: "12.5rem", cell: (row) => `${formatDayShort(dayOf(row.at), lang)} ${formatClockFull(row.at)}` },
    { key: "actor", title: t.actor, width: "minmax(11rem, 1fr)", cell: (row) => <span class="strong">{row.actor.replace(/^staff:/, "")}</span> },
    { key: "type", title: t.what, width: "minmax(17rem, 1.8fr)", cell: (row) => <><button type="button" class="cell-button" onClick={() => open(row)}>{inWords(row.type) || row.type}</button>{inWords(row.type) && <span class="tiny muted mono"> {row.type}</span>}</> },
    { key: "object", title: t.object, width: "minmax(9rem, 1.4fr)", cell: (row) => <span class="mono muted">{row.object_id}</span> },
    { key: "customer", title: t.customer, width: "6rem", cell: (row) => row.customer_no ?? words.nobody },
    { key: "purpose", title: t.purpose, width: "8rem", cell: (row) => word(words.purposes, row.purpose) },
  ];
}
