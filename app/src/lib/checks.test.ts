import assert from "node:assert/strict";
import { test } from "node:test";
import { type DayFigures, dayFaults } from "./checks";

const DAY: DayFigures = {
  income: { amount: "147" },
  status: "confirmed",
  opening_units: { units: "1000000" },
  changes: [{ units: { units: "177790" } }],
  earning_units: { units: "1177790" },
  income_per_10k_e5: "125450",
  rule: {
    mode: "rate", sign: "1", units_e2: "1177790", numerator: "125450", denominator: "1000000000",
    product: "147753755500", floor_fen: "147", remainder: "753755500", theta: "1000000000",
    tie_account: "0", account_no: "100", plus_one_fen: false, income_fen: "147",
  },
};

test("a true day has no fault", () => {
  assert.deepEqual(dayFaults(DAY), []);
});

test("one corrupted digit anywhere is found", () => {
  const digits = (text: string) => `${text.slice(0, -1)}${text.endsWith("1") ? "2" : "1"}`;
  const broken: DayFigures[] = [
    { ...DAY, income: { amount: digits("147") } },
    { ...DAY, opening_units: { units: digits("1000000") } },
    { ...DAY, earning_units: { units: digits("1177790") } },
    { ...DAY, income_per_10k_e5: digits("125450") },
    { ...DAY, rule: { ...DAY.rule, units_e2: digits("1177790") } },
    { ...DAY, rule: { ...DAY.rule, numerator: digits("125450") } },
    { ...DAY, rule: { ...DAY.rule, product: digits("147753755500") } },
    { ...DAY, rule: { ...DAY.rule, remainder: digits("753755500") } },
    { ...DAY, rule: { ...DAY.rule, floor_fen: digits("147") } },
  ];
  for (const day of broken) assert.notDeepEqual(dayFaults(day), []);
});
