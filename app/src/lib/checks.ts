/** What a page of an explanation checks in the browser, from raw figures. */
import { mismatches, type RuleFigures, unitsAddUp } from "./explain";

export interface DayFigures {
  income: { amount: string };
  status: string;
  opening_units: { units: string };
  changes: readonly { units: { units: string } }[];
  earning_units: { units: string };
  income_per_10k_e5: string;
  rule: RuleFigures & { mode: string };
}

export type DayFault = ReturnType<typeof mismatches>[number] | "units" | "rate";

/** Returns what of a day's explanation does not come out; an empty list means ✓. */
export function dayFaults(day: DayFigures): DayFault[] {
  const { rule } = day;
  const shown = day.status === "overridden" ? rule.income_fen : day.income.amount;
  const found: DayFault[] = mismatches(rule, shown);
  const changes = day.changes.map((change) => change.units.units);
  try {
    const addsUp = unitsAddUp(day.opening_units.units, changes, day.earning_units.units);
    if (!addsUp || rule.units_e2 !== day.earning_units.units) found.push("units");
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    found.push("units");
  }
  if (rule.mode === "rate" && day.income_per_10k_e5.replace("-", "") !== rule.numerator) found.push("rate");
  return found;
}
