import assert from "node:assert/strict";
import { test } from "node:test";
import { flat, lines, moneyOf } from "./difference";

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
