import assert from "node:assert/strict";
import { test } from "node:test";
import { totalOf } from "./shelves";

const fen = (amount: string) => ({ amount });

test("the total is the sum of all shelves", () => {
  const fund = { units: { units: "1000137" }, accrued: fen("5"), unconfirmed: fen("10000") };
  assert.equal(totalOf({ cash: fen("100"), cash_held: fen("20"), data: [fund, fund] }), 120n + 2n * 1010142n);
  assert.equal(totalOf({ cash: fen("0"), cash_held: fen("0"), data: [] }), 0n);
});
