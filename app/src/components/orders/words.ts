/** The words of an order's states, its amount, and whether it is over. */
import type { Answer } from "../../api/client";
import { type Same, useText } from "../../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";

export type Order = Answer<"/v1/orders/{order_id}", "get">["order"];
export type OrderText = Same<typeof zh>;

const ENDED = new Set(["earning", "paid_out", "cancelled", "refused", "failed", "refunded", "partly_confirmed"]);
const BAD = new Set(["cancelled", "refused", "failed", "refunded", "partly_confirmed", "reversed"]);

export function useOrderText(): OrderText {
  return useText(zh, en);
}

/** Returns what a state is called; a redemption's confirmation has a name of its own. */
export function stateWord(t: OrderText, side: string, state: string): string {
  const key = side === "redemption" && state === "confirmed" ? "redeemed" : state;
  return (t.states as Record<string, string>)[key] ?? t.states.other;
}

export function kindWord(t: OrderText, order: Pick<Order, "side" | "speed">): string {
  if (order.side === "purchase") return t.purchase;
  return order.speed === "fast" ? t.fast : t.normal;
}

export function reasonWord(t: OrderText, reason: string): string {
  return (t.reasons as Record<string, string>)[reason] ?? `${t.reasons.other} ${reason}`;
}

/** Returns the fen of an order; a unit costs one yuan. */
export function fenOf(order: Order): string {
  return order.amount?.amount ?? order.units?.units ?? "0";
}

export function isOpen(order: Pick<Order, "state">): boolean {
  return !ENDED.has(order.state);
}

export function isBad(state: string): boolean {
  return BAD.has(state);
}
