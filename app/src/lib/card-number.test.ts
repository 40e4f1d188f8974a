import assert from "node:assert/strict";
import { test } from "node:test";
import { cardDigits, groupCard, issuerOf, luhnFits } from "./card-number";

const icbc = { code: "ICBC", ranges: [{ prefix: "622202", length: 19, kind: "debit" }] };
const small = { code: "SMALL", ranges: [{ prefix: "6222021", length: 19, kind: "debit" }] };

test("the check digit catches a slip", () => {
  assert.ok(luhnFits("6222020000000180000"));
  assert.ok(!luhnFits("6222020000000180001"));
  assert.ok(!luhnFits(""));
});

test("a pasted number keeps its digits only, in groups of four", () => {
  assert.equal(cardDigits(" 6222-0200 0000 0180 000 "), "6222020000000180000");
  assert.equal(groupCard("6222020000000180000"), "6222 0200 0000 0180 000");
  assert.equal(groupCard("6222"), "6222");
});

test("the longest prefix names the bank", () => {
  assert.equal(issuerOf("6222020", [icbc, small])?.bank.code, "ICBC");
  assert.equal(issuerOf("6222021", [icbc, small])?.bank.code, "SMALL");
  assert.equal(issuerOf("999", [icbc, small]), undefined);
});
