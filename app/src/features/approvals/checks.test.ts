import assert from "node:assert/strict";
import { test } from "node:test";
import { dates, fenOf, ruleValue, shownValue, typedValue } from "./checks";

test("an income may be a loss", () => {
  assert.equal(fenOf("-0.01"), -1n);
  assert.equal(fenOf("−1,234.5"), -123450n);
  assert.equal(fenOf("1.234"), undefined);
});

test("figures of a rule go out as whole numbers, words as words", () => {
  assert.equal(ruleValue("1000000"), 1000000);
  assert.equal(ruleValue("007"), 7);
  assert.equal(ruleValue("deferred"), "deferred");
  assert.equal(ruleValue("  "), null);
});

test("money of a rule is edited in yuan", () => {
  assert.equal(shownValue("max_amount_fen", "1000000"), "10000.00");
  assert.equal(typedValue("max_amount_fen", "10000.00"), "1000000");
  assert.equal(shownValue("max_count", "3"), "3");
});

test("a list of days is checked day by day", () => {
  assert.equal(dates("2027-01-01\n2027-10-01"), undefined);
  assert.equal(dates("2027-01-01, 10/1"), "badDate");
});
