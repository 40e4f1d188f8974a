/** What kind of day each day of a month was, and how much of it. */
import { addDays } from "../../lib/dates";

export interface IncomeDay {
  on: string;
  income: { amount: string };
}

export type Kind = "gain" | "loss" | "neutral" | "missing";

export function kindOf(fen: bigint): Kind {
  return fen > 0n ? "gain" : fen < 0n ? "loss" : "neutral";
}

/** Returns 1 to 4: how large a day's income is beside the largest of its month. */
export function levelOf(fen: bigint, days: readonly IncomeDay[]): 1 | 2 | 3 | 4 {
  const size = (value: bigint) => (value < 0n ? -value : value);
  const most = days.reduce((found, day) => (size(BigInt(day.income.amount)) > found ? size(BigInt(day.income.amount)) : found), 1n);
  const quarter = (size(fen) * 4n + most - 1n) / most;
  return quarter >= 4n ? 4 : quarter === 3n ? 3 : quarter === 2n ? 2 : 1;
}

/** Returns the days of a month that should have an income and have none: published late, not zero. */
export function missingDays(month: string, days: readonly IncomeDay[], from: string | null, yesterday: string): string[] {
  if (!from) return [];
  const known = new Set(days.map((day) => day.on));
  const found: string[] = [];
  for (let on = `${month}-01`; on.startsWith(month) && on <= yesterday; on = addDays(on, 1))
    if (on >= from && !known.has(on)) found.push(on);
  return found;
}
