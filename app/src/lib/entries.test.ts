import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanAmount, cleanDigits, type PadKey, pressKey } from "./entries";

const press = (keys: string) => [...keys].reduce((text, key) => pressKey(text, (key === "<" ? "delete" : key) as PadKey), "");

test("the pad types an amount and ignores what makes none", () => {
  assert.equal(press("100.5"), "100.5");
  assert.equal(press("1.234"), "1.23");
  assert.equal(press("1..2"), "1.2");
  assert.equal(press(".5"), "0.5");
  assert.equal(press("007"), "7");
  assert.equal(press("12<3"), "13");
  assert.equal(press("<"), "");
  assert.equal(press("123456789012"), "12345678901");
});

test("pasted amounts are cleaned, others leave the field as it was", () => {
  assert.equal(cleanAmount("¥1,234.50", ""), "1234.50");
  assert.equal(cleanAmount("１", "5"), "5");
  assert.equal(cleanAmount("abc", "5"), "5");
  assert.equal(cleanAmount("", "5"), "");
});

test("codes keep their digits, also full-width ones", () => {
  assert.equal(cleanDigits("12 34-56 78", 6), "123456");
  assert.equal(cleanDigits("１２３", 6), "123");
});
