/** The 7-day yield worked out again from published incomes, in whole numbers only.
 *
 * y is right when 1 + y lies in its rounding interval [L, U): growth^(365/n) in [L, U) is the same
 * as growth^365 in [L^n, U^n), which needs no root.
 */
import { whole } from "./money";

const YEAR = 365n;
const SCALE = 10n ** 9n;
const HALF_STEPS = 200_000n; // of 0.001 percent, each halved

export type Carry = "daily" | "monthly";

/** Returns the simple yield in 0.001 percent, rounded half away from zero. */
export function simpleYield(incomesE5: readonly string[]): bigint {
  const total = incomesE5.reduce((sum, income) => sum + whole(income), 0n) * YEAR;
  const by = BigInt(incomesE5.length) * 10_000n;
  const size = total < 0n ? -total : total;
  const rounded = (2n * size + by) / (2n * by);
  return total < 0n ? -rounded : rounded;
}

/** Tells whether a compound yield in 0.001 percent is the one that these days give. */
export function isCompoundYield(yieldE3: bigint, incomesE5: readonly string[]): boolean {
  return aboveLow(yieldE3, incomesE5) && !aboveLow(yieldE3 + 1n, incomesE5);
}

/** Returns the compound yield in 0.001 percent. */
export function compoundYield(incomesE5: readonly string[]): bigint {
  let [low, high] = [-99_000n, 1_000_000n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (aboveLow(middle, incomesE5)) low = middle;
    else high = middle;
  }
  return low;
}

/** Returns which way of carrying gives the published yield, undefined when neither does. */
export function carryOf(publishedE3: string, incomesE5: readonly string[]): Carry | undefined {
  const published = whole(publishedE3);
  if (isCompoundYield(published, incomesE5)) return "daily";
  return simpleYield(incomesE5) === published ? "monthly" : undefined;
}

/** Tells whether the growth of a year is at least 1 + (y − half a step). */
function aboveLow(yieldE3: bigint, incomesE5: readonly string[]): boolean {
  const days = BigInt(incomesE5.length);
  const growth = incomesE5.reduce((product, income) => product * (SCALE + whole(income)), 1n);
  const low = HALF_STEPS + 2n * yieldE3 - 1n;
  return growth ** YEAR * HALF_STEPS ** days >= low ** days * SCALE ** (days * YEAR);
}
