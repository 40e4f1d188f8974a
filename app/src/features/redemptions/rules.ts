/** What of a holding can leave now, which way, and why not. */
import type { Answer } from "../../api/client";

export type Quota = Answer<"/v1/holdings/{fund}/quota", "get">;
export type Holding = Answer<"/v1/holdings/{fund}", "get">["holding"];
export type Speed = "fast" | "normal";
export type Obstacle = "suspended" | "notOffered" | "count" | "amount" | "pool" | "nothing";

interface Fund {
  state: string;
}

const CLOSED = new Set(["redemptions_suspended", "liquidating"]);

export function isSuspended(fund: Fund | undefined): boolean {
  return fund !== undefined && CLOSED.has(fund.state);
}

/** Returns why a fast redemption is not possible now, undefined when it is. */
export function fastObstacle(quota: Quota, fund: Fund | undefined): Obstacle | undefined {
  if (isSuspended(fund)) return "suspended";
  if (!quota.offered || fund?.state === "gated") return "notOffered";
  if (quota.count_left === 0) return "count";
  const empty: [Obstacle, string | undefined][] = [
    ["amount", quota.amount_left?.amount],
    ["pool", quota.advance_line_left?.amount],
    ["nothing", quota.units_left?.units],
  ];
  return empty.find(([, left]) => left === "0")?.[0];
}

export type Ceiling = "units" | "day" | "pool";

/** Returns the most that can leave this way now, in fen, and what sets the ceiling. */
export function most(speed: Speed, quota: Quota, holding: Holding): { fen: bigint; by: Ceiling } {
  if (speed === "normal") return { fen: BigInt(holding.available.units), by: "units" };
  let found: { fen: bigint; by: Ceiling } = { fen: BigInt(quota.units_left?.units ?? "0"), by: "units" };
  const day = quota.amount_left ? BigInt(quota.amount_left.amount) : undefined;
  const pool = quota.advance_line_left ? BigInt(quota.advance_line_left.amount) : undefined;
  if (day !== undefined && day < found.fen) found = { fen: day, by: "day" };
  if (pool !== undefined && pool < found.fen) found = { fen: pool, by: "pool" };
  return found;
}

/** Returns what is posted; everything by a normal redemption takes later income along. */
export function bodyOf(fund: string, speed: Speed, fen: bigint, all: boolean, cardId: string) {
  const isAll = all && speed === "normal";
  const units = isAll ? null : { units: fen.toString(), scale: 2 as const };
  return { fund, speed, all: isAll, units, card_id: cardId };
}
