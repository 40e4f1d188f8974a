/** Finds orders by any id, or lists them by state, fund and day. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Ordered, OrderState, shortAt } from "../../components/desk/orders";
import { PagedTable } from "../../components/desk/PagedTable";
import { Filters } from "../../components/desk/parts";
import { type Purpose, PurposeSelect } from "../../components/desk/Purpose";
import { useWords, word } from "../../components/desk/words";
import { Field, Select } from "../../components/Field";
import { Page } from "../../components/Page";
import type { Column } from "../../components/VirtualTable";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { type Paged, usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Order = Schemas["StaffOrderView"];
const STATES = ["placed", "paid", "sent", "confirmed", "earning", "partly_confirmed", "accepted", "paid_out", "deferred", "unknown", "cancelled", "refused", "failed", "refunded"] as const;
const isTail = (text: string) => /^\d{4}$/.test(text.trim());

export function OrdersScreen(): VNode {
  const t = useText(zh, en);
  const query = useQuery();
  const get = (name: string) => query.get(name) ?? "";
  // The end of a phone number stays out of the address bar.
  const [tail, setTail] = useState<{ q: string; purpose: Purpose }>();
  const filters = { state: get("state"), fund: get("fund"), from: get("from"), to: get("to") };
  const list = usePages<Order>("/v1/staff/orders", { ...(tail ?? { q: get("q") }), ...filters });
  const find = (q: string, purpose: Purpose | "") => {
    setTail(isTail(q) && purpose ? { q: q.trim(), purpose } : undefined);
    setQuery({ q: isTail(q) ? undefined : q.trim() });
  };
  const clear = () => (setTail(undefined), setQuery({ q: "", state: "", fund: "", from: "", to: "" }));
  const told = list.page as Partial<Schemas["OrderSearchAnswer"]> | undefined;
  const tried = (told?.tried ?? []).map((way) => word(t.ways, way)).join(" · ");
  return (
    <Page title={t.title} wide>
      <SearchForm first={get("q")} find={find} />
      <Choices filters={filters} />
      {told?.matched && list.rows.length > 0 && <p class="small muted" role="status">{t.matched(word(t.ways, told.matched))}</p>}
      <Found list={list} empty={tried ? t.tried(tried) : t.none} clear={clear} />
    </Page>
  );
}

function SearchForm({ first, find }: { first: string; find: (q: string, purpose: Purpose | "") => void }): VNode {
  const t = useText(zh, en);
  const [q, setQ] = useState(first);
  const [purpose, setPurpose] = useState<Purpose | "">("");
  const [fault, setFault] = useState<string>();
  const submit = (event: Event) => {
    event.preventDefault();
    const isMissing = isTail(q) && purpose === "";
    setFault(isMissing ? t.purposeMissing : undefined);
    if (!isMissing) find(q, purpose);
  };
  return (
    <form class="search-form" onSubmit={submit} noValidate>
      <div class="grow"><Field label={t.search} type="search" value={q} onInput={setQ} hint={isTail(q) ? t.tailNote : t.hint} maxLength={100} /></div>
      {isTail(q) && <div class="purpose"><PurposeSelect value={purpose} onChange={setPurpose} error={fault} /></div>}
      <Button type="submit">{t.find}</Button>
    </form>
  );
}

function Choices({ filters }: { filters: Readonly<Record<"state" | "fund" | "from" | "to", string>> }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const funds = useGet("/v1/funds").data?.data ?? [];
  const any = { value: "", text: words.all };
  return (
    <Filters label={words.filters}>
      <Select label={t.state} value={filters.state} options={[any, ...STATES.map((value) => ({ value, text: words.orderState[value] }))]} onChange={(state) => setQuery({ state })} />
      <Select label={words.fund} value={filters.fund} options={[any, ...funds.map(({ fund }) => ({ value: fund, text: fund }))]} onChange={(fund) => setQuery({ fund })} />
      <Field label={t.from} type="date" value={filters.from} onInput={(from) => setQuery({ from })} />
      <Field label={t.to} type="date" value={filters.to} onInput={(to) => setQuery({ to })} />
    </Filters>
  );
}

function Found({ list, empty, clear }: { list: Paged<Order>; empty: string; clear: () => void }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const columns: readonly Column<Order>[] = [
    { key: "placed", title: t.placed, width: "10.5rem", cell: (row) => <a class="cell-link" href={consoleLinks.order(row.id)}>{shortAt(row.placed_at, lang)}</a> },
    { key: "what", title: t.what, width: "minmax(9rem, 1.2fr)", cell: (row) => `${word(words.side, row.side)}${row.side === "redemption" ? ` · ${word(words.speed, row.speed)}` : ""}${row.origin === "customer" ? "" : ` · ${word(words.origin, row.origin)}`}` },
    { key: "amount", title: t.amount, width: "minmax(7rem, 1fr)", num: true, cell: (row) => <Ordered order={row} /> },
    { key: "state", title: t.state, width: "8rem", cell: (row) => <OrderState state={row.state} /> },
    { key: "waits", title: t.waits, width: "minmax(7rem, 1fr)", cell: (row) => <span class="muted">{word(words.waitsFor, row.waits_for)}</span> },
    { key: "customer", title: t.customer, width: "5.5rem", cell: (row) => row.customer_no },
    { key: "fund", title: words.fund, width: "5rem", cell: (row) => row.fund },
  ];
  return <PagedTable of={list} label={t.title} columns={columns} minWidth="54rem" onOpen={(row) => navigate(consoleLinks.order(row.id))} empty={empty} clear={clear} />;
}
