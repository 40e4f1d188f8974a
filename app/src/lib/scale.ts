/** Exact figures as places on a drawing; the only way from bigint to number, and never back. */

const STEPS = 10_000n;

/** Returns where a value lies between two others, 0 to 1; the middle when they are the same. */
export function fraction(value: bigint, low: bigint, high: bigint): number {
  if (high === low) return 0.5;
  return Number(((value - low) * STEPS) / (high - low)) / Number(STEPS);
}

/** Returns the smallest and the largest of some values; both zero when there are none. */
export function extent(values: readonly bigint[]): { low: bigint; high: bigint } {
  const [first = 0n] = values;
  return values.reduce(
    ({ low, high }, value) => ({ low: value < low ? value : low, high: value > high ? value : high }),
    { low: first, high: first },
  );
}
