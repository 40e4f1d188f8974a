import assert from "node:assert/strict";
import { test } from "node:test";
import { amountOf, flat, kept, lines, moneyOf } from "./difference";

test("fields inside of a value stand by themselves", () => {
  const found = flat({ rule: "fund.fast_redemption", value: '{"max_amount_fen":"1000000","max_count":null}', effective_to: null });

  assert.deepEqual([...found], [["rule", "fund.fast_redemption"], ["max_amount_fen", "1000000"]]);
});

test("what changes comes before what stays", () => {
  const found = lines(flat({ state: "open", fund: "990001" }), flat({ fund: "990001", state: "gated", reason: "large" }));

  assert.deepEqual(found.map((line) => [line.name, line.was, line.becomes]), [
    ["state", "open", "gated"], ["reason", undefined, "large"], ["fund", "990001", "990001"],
  ]);
});

test("a change without money has no amount", () => {
  assert.equal(moneyOf({ state: "open" }), undefined);
  assert.equal(moneyOf({ limit_fen: "50000" }), "50000");
});

test("what is not named in a change stays, and no limit is not nothing", () => {
  const before = flat({ left_fen: "2000", frozen_e2: "2000" });
  const found = lines(before, kept(before, flat({ way: "units", amount_fen: null })));

  assert.deepEqual(found.map((line) => [line.name, line.was, line.becomes]), [
    ["way", undefined, "units"], ["amount_fen", undefined, ""], ["left_fen", "2000", "2000"], ["frozen_e2", "2000", "2000"],
  ]);
});

test("a settlement without an amount is about all that is left", () => {
  assert.equal(amountOf({ before: { left_fen: "2000" }, after: { way: "units", amount_fen: null } }), "2000");
  assert.equal(amountOf({ before: { left_fen: "2000" }, after: { way: "units", amount_fen: "500" } }), "500");
  assert.equal(amountOf({ before: { limit_fen: "2000" }, after: { limit_fen: null } }), undefined);
});
