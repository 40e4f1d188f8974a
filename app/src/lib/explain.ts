/** A day's income worked out again in the browser, from raw figures, to check what the server says. */
import { whole } from "./money";

/** The raw figures of one holder's day, as the API gives them. */
export interface RuleFigures {
  sign: string;
  units_e2: string;
  numerator: string;
  denominator: string;
  product: string;
  floor_fen: string;
  remainder: string;
  theta: string;
  tie_account: string;
  account_no: string;
  plus_one_fen: boolean;
  income_fen: string;
}

export interface Recomputed {
  product: bigint;
  floorFen: bigint;
  remainder: bigint;
  plusOneFen: boolean;
  incomeFen: bigint;
}

/** Returns what the rule gives; uses only units, rate terms, threshold and account number. */
export function recompute(figures: RuleFigures): Recomputed {
  const denominator = whole(figures.denominator);
  if (denominator <= 0n) throw new RangeError("the denominator must be above zero");
  const product = whole(figures.units_e2) * whole(figures.numerator);
  const floorFen = product / denominator;
  const remainder = product % denominator;
  const theta = whole(figures.theta);
  const plusOneFen =
    remainder > theta ||
    (remainder === theta && whole(figures.account_no) <= whole(figures.tie_account));
  const size = floorFen + (plusOneFen ? 1n : 0n);
  return { product, floorFen, remainder, plusOneFen, incomeFen: isNegative(figures.sign) ? -size : size };
}

export type Mismatch = "product" | "floor" | "remainder" | "odd_fen" | "income" | "shown" | "unreadable";

/** Returns what differs between the server's figures and our own; an empty list means ✓. */
export function mismatches(figures: RuleFigures, shownFen: string): Mismatch[] {
  let own: Recomputed;
  try {
    own = recompute(figures);
  } catch (error) {
    if (error instanceof RangeError) return ["unreadable"];
    throw error;
  }
  const found: Mismatch[] = [];
  if (figures.product !== own.product.toString()) found.push("product");
  if (figures.floor_fen !== own.floorFen.toString()) found.push("floor");
  if (figures.remainder !== own.remainder.toString()) found.push("remainder");
  if (figures.plus_one_fen !== own.plusOneFen) found.push("odd_fen");
  if (figures.income_fen !== own.incomeFen.toString()) found.push("income");
  if (shownFen !== own.incomeFen.toString()) found.push("shown");
  return found;
}

/** Tells whether opening units and the day's changes come to the units that earn. */
export function unitsAddUp(opening: string, changes: readonly string[], earning: string): boolean {
  return changes.reduce((total, change) => total + whole(change), whole(opening)) === whole(earning);
}

function isNegative(sign: string): boolean {
  return sign === "-1" || sign === "-" || sign === "−";
}
