/** What is wrong with an amount, before it is sent: which limit, and until when. */
import type { Answer } from "../../api/client";
import { whole } from "../../lib/money";

export type Limits = Answer<"/v1/cards/{card_id}/limits", "get">;

export type Fault =
  | { kind: "empty" }
  | { kind: "below"; least: string }
  | { kind: "single"; limit: string }
  | { kind: "left"; left: string; resets: string }
  | { kind: "count"; resets: string };

export function faultOf(fen: bigint | undefined, least: string | undefined, limits: Limits | undefined): Fault | undefined {
  if (fen === undefined || fen === 0n) return { kind: "empty" };
  if (least && fen < whole(least)) return { kind: "below", least };
  return limits && limitFault(fen, limits);
}

function limitFault(fen: bigint, limits: Limits): Fault | undefined {
  if (limits.day_used_count >= limits.day_count) return { kind: "count", resets: limits.resets_at };
  if (fen > whole(limits.single_limit.amount)) return { kind: "single", limit: limits.single_limit.amount };
  if (fen > whole(limits.left.amount)) return { kind: "left", left: limits.left.amount, resets: limits.resets_at };
  return undefined;
}
