/** How orders look in every table of the console. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { dayOf, formatClock, formatDayShort } from "../../lib/dates";
import type { Lang } from "../../lib/settings";
import { consoleLinks } from "../../lib/links";
import { Amount } from "../Amount";
import { Units } from "../figures";
import { Tag, type Tone } from "./parts";
import { useWords, word } from "./words";

type Money = Schemas["Money"];
type UnitCount = Schemas["Units"];

export function orderTone(state: string): Tone {
  if (["earning", "paid_out", "confirmed", "succeeded", "settled"].includes(state)) return "good";
  if (["failed", "refused", "blocked", "rejected", "disputed"].includes(state)) return "bad";
  return ["unknown", "deferred", "partly_confirmed", "refunded", "cancelled", "returned"].includes(state) ? "warn" : "brand";
}

export function OrderState({ state }: { state: string }): VNode {
  const t = useWords();
  return <Tag tone={orderTone(state)}>{word(t.orderState, state)}</Tag>;
}

/** Of money or of units, as the customer ordered it. */
export function Ordered({ order }: { order: { id: string; amount: Money | null; units: UnitCount | null } }): VNode {
  if (order.amount) return <Amount fen={order.amount.amount} explain={consoleLinks.order(order.id)} size="s" />;
  return order.units ? <Units units={order.units.units} /> : <span>—</span>;
}

/** `周一 5月18日 09:00`, short enough for a column. */
export function shortAt(at: string | null | undefined, lang: Lang): string {
  return at ? `${formatDayShort(dayOf(at), lang)} ${formatClock(at)}` : "—";
}
