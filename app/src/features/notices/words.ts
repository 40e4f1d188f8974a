/** The words of a notice: the longest known beginning of its type, and the order's state. */
import type { Answer } from "../../api/client";
import type { OrderText } from "../../components/orders/words";
import { stateWord } from "../../components/orders/words";
import { explain, places } from "../../lib/links";
import type zh from "./messages.zh";
import type en from "./messages.en";

export type Notice = Answer<"/v1/me/notifications", "get">["data"][number];
type Text = typeof zh | typeof en;

/** Returns what a notice of an order or of security says. */
export function titleOf(t: Text, orders: OrderText, notice: Notice): string {
  const what = known(t.types, notice.type) ?? t.other;
  const [, side = "", state = ""] = /^fund\.(purchase|redemption)\.(\w+)$/.exec(notice.type) ?? [];
  return state ? `${what} · ${stateWord(orders, side, state)}` : what;
}

function known(words: Readonly<Record<string, string>>, type: string): string | undefined {
  for (let name = type; name.includes("."); name = name.slice(0, name.lastIndexOf(".")))
    if (words[name]) return words[name];
  return undefined;
}

/** Returns where a notice leads. */
export function addressOf(notice: Notice): string {
  const { order_id: order, fund, on } = notice.facts;
  if (notice.kind === "income" && typeof fund === "string" && typeof on === "string") return explain.income(fund, on);
  if (notice.kind === "order") return typeof order === "string" ? explain.order(order) : places.records();
  return notice.type.startsWith("payment.card") ? places.cards() : places.security();
}

/** Returns the amount that a notice is about, in fen. */
export function fenOf(notice: Notice): string | undefined {
  const { income_fen: income, amount_fen: amount, units_e2: units } = notice.facts;
  const found = income ?? amount ?? units;
  return typeof found === "string" && /^-?\d+$/.test(found) ? found : undefined;
}
