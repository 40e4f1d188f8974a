import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, fastObstacle, type Holding, most, type Quota } from "./rules";

const quota = {
  offered: true,
  count_left: 2,
  amount_left: { amount: "1000000", currency: "CNY" },
  units_left: { units: "2500000", scale: 2 },
  advance_line_left: { amount: "90000000", currency: "CNY" },
} as Quota;
const holding = { available: { units: "2600000", scale: 2 } } as Holding;
const open = { state: "open" };

test("the smallest of units, the day's sum and the pool is the ceiling of a fast redemption", () => {
  assert.deepEqual(most("fast", quota, holding), { fen: 1_000_000n, by: "day" });
  assert.deepEqual(most("fast", { ...quota, advance_line_left: { amount: "5", currency: "CNY" } }, holding), { fen: 5n, by: "pool" });
  assert.deepEqual(most("normal", quota, holding), { fen: 2_600_000n, by: "units" });
});

test("an empty pool, a used-up count and a gate each name themselves", () => {
  assert.equal(fastObstacle(quota, open), undefined);
  assert.equal(fastObstacle({ ...quota, advance_line_left: { amount: "0", currency: "CNY" } }, open), "pool");
  assert.equal(fastObstacle({ ...quota, count_left: 0 }, open), "count");
  assert.equal(fastObstacle(quota, { state: "gated" }), "notOffered");
  assert.equal(fastObstacle(quota, { state: "redemptions_suspended" }), "suspended");
});

test("everything is named so only where later income goes along", () => {
  assert.deepEqual(bodyOf("990001", "normal", 5n, true, "c").units, null);
  assert.deepEqual(bodyOf("990001", "fast", 5n, true, "c").units, { units: "5", scale: 2 });
});
