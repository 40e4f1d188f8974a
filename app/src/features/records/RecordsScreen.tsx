/** Every order, newest first, by month; what is under way can be seen alone. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { List, Row } from "../../components/List";
import { fenOf, isBad, isOpen, kindWord, type Order, stateWord, useOrderText } from "../../components/orders/words";
import { Page } from "../../components/Page";
import { Empty, Loading, Refused } from "../../components/states";
import { formatAt, formatMonth } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import { type Paged, usePages } from "../../lib/pages";
import { setQuery, useQuery } from "../../lib/router";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Filter = "all" | "open" | "purchase" | "redemption";
const FILTERS: readonly Filter[] = ["all", "open", "purchase", "redemption"];
const ROWS = 50;

export function RecordsScreen(): VNode {
  const t = useText(zh, en);
  const asked = useQuery().get("show");
  const filter = FILTERS.find((one) => one === asked) ?? "all";
  const orders = usePages<Order>("/v1/orders", {}, ROWS);
  useLive("/v1/me/changes", CHANGED, () => refresh("/v1/orders"));
  return (
    <Page title={t.title}>
      <div class="chips" role="group" aria-label={t.filter}>
        {FILTERS.map((one) => (
          <button key={one} type="button" class="chip" aria-pressed={one === filter} onClick={() => setQuery({ show: one === "all" ? undefined : one })}>
            {t.filters[one]}
          </button>
        ))}
      </div>
      <Rows orders={orders} filter={filter} />
    </Page>
  );
}

function Rows({ orders, filter }: { orders: Paged<Order>; filter: Filter }): VNode {
  const t = useText(zh, en);
  if (orders.loading) return <Loading lines={8} height="40rem" retry={orders.reload} />;
  if (orders.error && orders.rows.length === 0) return <Refused failure={orders.error} retry={orders.reload} quiet />;
  if (orders.rows.length === 0) return <Empty text={t.empty} action={{ text: t.toFunds, href: places.funds() }} />;
  const shown = orders.rows.filter((order) => fits(order, filter));
  return (
    <>
      {shown.length === 0 && <Empty text={t.emptyFilter} action={{ text: t.showAll, onPress: () => setQuery({ show: undefined }) }} />}
      {byMonth(shown).map(([month, rows]) => <Month key={month} month={month} rows={rows} />)}
      {orders.error && <Refused failure={orders.error} retry={orders.reload} quiet />}
      {orders.cursor && <Button look="second" wide onPress={orders.next}>{t.more}</Button>}
    </>
  );
}

function fits(order: Order, filter: Filter): boolean {
  return filter === "all" || (filter === "open" ? isOpen(order) : order.side === filter);
}

function byMonth(orders: readonly Order[]): [string, Order[]][] {
  const found = new Map<string, Order[]>();
  for (const order of orders) {
    const month = order.placed_at.slice(0, 7);
    found.set(month, [...(found.get(month) ?? []), order]);
  }
  return [...found];
}

function Month({ month, rows }: { month: string; rows: readonly Order[] }): VNode {
  const lang = useLang();
  const name = formatMonth(month, lang);
  return (
    <section class="stack-s">
      <h2 class="small muted">{name}</h2>
      <List label={name}>{rows.map((order) => <OrderRow key={order.id} order={order} />)}</List>
    </section>
  );
}

function OrderRow({ order }: { order: Order }): VNode {
  const words = useOrderText();
  const lang = useLang();
  const state = stateWord(words, order.side, order.state);
  return (
    <Row
      title={kindWord(words, order)}
      note={formatAt(order.placed_at, lang)}
      href={explain.order(order.id)}
      end={<Amount fen={fenOf(order)} explain="inside" />}
      endNote={<span class={toneOf(order)}>{state}</span>}
    />
  );
}

function toneOf(order: Order): string {
  if (order.state === "unknown" || order.state === "deferred") return "warn";
  if (isBad(order.state)) return "bad";
  return isOpen(order) ? "brand-ink" : "";
}
