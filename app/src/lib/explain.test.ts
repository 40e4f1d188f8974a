import assert from "node:assert/strict";
import { test } from "node:test";
import { mismatches, recompute, type RuleFigures, unitsAddUp } from "./explain";

/** The published day of eight holders: account, units, floor, remainder, odd fen, income. */
const DAY: readonly [string, string, string, string, boolean, string][] = [
  ["1", "10000", "1", "369200000", false, "1"],
  ["2", "1000000", "136", "920000000", true, "137"],
  ["3", "3333333", "456", "399954360", true, "457"],
  ["4", "1", "0", "136920", false, "0"],
  ["5", "7304", "1", "63680", false, "1"],
  ["6", "7305", "1", "200600", false, "1"],
  ["7", "12345678", "1690", "370231760", false, "1690"],
  ["8", "9999999999", "1369199", "999863080", true, "1369200"],
];

function figures([account_no, units_e2, floor_fen, remainder, plus_one_fen, income_fen]: (typeof DAY)[number]): RuleFigures {
  const product = (BigInt(units_e2) * 136920n).toString();
  return {
    sign: "1", units_e2, numerator: "136920", denominator: "1000000000", product, floor_fen, remainder,
    theta: "399954360", tie_account: "3", account_no, plus_one_fen, income_fen,
  };
}

test("all eight holders of the published day come out to the fen", () => {
  for (const holder of DAY) assert.deepEqual(mismatches(figures(holder), holder[5]), [], holder[0]);
});

test("what all holders get is what the fund earned", () => {
  const total = DAY.reduce((all, holder) => all + recompute(figures(holder)).incomeFen, 0n);
  assert.equal(total, 1_371_487n);
});

test("a tie goes to accounts up to the published one", () => {
  const third = figures(DAY[2] ?? assert.fail());
  assert.equal(recompute({ ...third, account_no: "4" }).incomeFen, 456n);
});

test("a losing day has the same size with the other sign", () => {
  const second = figures(DAY[1] ?? assert.fail());
  assert.equal(recompute({ ...second, sign: "-1" }).incomeFen, -137n);
});

test("one corrupted digit is found and named", () => {
  const second = figures(DAY[1] ?? assert.fail());
  assert.deepEqual(mismatches(second, "138"), ["shown"]);
  assert.deepEqual(mismatches({ ...second, remainder: "920000001" }, "137"), ["remainder"]);
  assert.deepEqual(mismatches({ ...second, floor_fen: "135" }, "137"), ["floor"]);
  assert.ok(mismatches({ ...second, units_e2: "1000001" }, "137").includes("product"));
  assert.deepEqual(mismatches({ ...second, theta: "x" }, "137"), ["unreadable"]);
  assert.deepEqual(mismatches({ ...second, denominator: "0" }, "137"), ["unreadable"]);
});

test("opening units and changes come to the units that earn", () => {
  assert.ok(unitsAddUp("10000", ["500", "-200"], "10300"));
  assert.ok(!unitsAddUp("10000", ["500"], "10300"));
});
