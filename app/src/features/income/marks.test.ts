import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf, levelOf, missingDays } from "./marks";

const day = (on: string, amount: string) => ({ on, income: { amount } });
const DAYS = [day("2015-05-12", "100"), day("2015-05-13", "-25"), day("2015-05-15", "0")];

test("a day without a figure is missing, which is not nothing", () => {
  assert.deepEqual(missingDays("2015-05", DAYS, "2015-05-12", "2015-05-16"), ["2015-05-14", "2015-05-16"]);
  assert.deepEqual(missingDays("2015-05", DAYS, null, "2015-05-16"), []);
  assert.equal(kindOf(0n), "neutral");
  assert.equal(kindOf(-25n), "loss");
});

test("marks are as high as the day beside the best of its month", () => {
  assert.equal(levelOf(100n, DAYS), 4);
  assert.equal(levelOf(-25n, DAYS), 1);
  assert.equal(levelOf(51n, DAYS), 3);
});
