import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AMOUNT_PATTERN, floorDiv, formatCompact, formatFen, formatPer10k, formatPer10kFull, formatUnits, formatYield,
  MINUS, parseYuan, plainYuan, sum, whole,
} from "./money";

test("an amount has ¥, commas and always two decimals", () => {
  assert.equal(formatFen("123456789"), "¥1,234,567.89");
  assert.equal(formatFen("5"), "¥0.05");
  assert.equal(formatFen(0n), "¥0.00");
  assert.equal(formatFen("100000"), "¥1,000.00");
});

test("the sign stands before ¥ and is a real minus", () => {
  assert.equal(formatFen("-168"), `${MINUS}¥1.68`);
  assert.equal(formatFen("168", "always"), "+¥1.68");
  assert.equal(formatFen("0", "always"), "¥0.00");
});

test("amounts beyond the exact floats keep every fen", () => {
  assert.equal(formatFen("900719925474099301"), "¥9,007,199,254,740,993.01");
});

test("each amount fits the one pattern", () => {
  for (const fen of ["0", "1", "-1", "99", "100", "123456789", "-100000000000"])
    for (const sign of ["auto", "always"] as const) assert.match(formatFen(fen, sign), AMOUNT_PATTERN);
});

test("what is no whole number is refused", () => {
  for (const text of ["", "1.5", "1e3", "0x10", " 1", "１", "-"]) assert.throws(() => whole(text), RangeError);
});

test("income of 10,000 units shows four decimals, cut and never rounded up", () => {
  assert.equal(formatPer10k("136920"), "1.3692");
  assert.equal(formatPer10k("136929"), "1.3692");
  assert.equal(formatPer10k("-1"), `${MINUS}0.0001`);
  assert.equal(formatPer10kFull("136929"), "1.36929");
  assert.equal(formatPer10kFull("136920"), "1.3692");
});

test("yields show three decimals and units two", () => {
  assert.equal(formatYield("4950"), "4.950%");
  assert.equal(formatYield("-12"), `${MINUS}0.012%`);
  assert.equal(formatUnits("1234567"), "12,345.67");
});

test("typed amounts are read exactly, also with full-width signs", () => {
  assert.equal(parseYuan("1,234.5"), 123450n);
  assert.equal(parseYuan("￥12"), 1200n);
  assert.equal(parseYuan("12。34"), 1234n);
  assert.equal(parseYuan(".5"), 50n);
  assert.equal(parseYuan("1，234，567.8"), 123456780n);
  for (const text of ["", ".", "1.234", "-1", "1e3", "abc", "1.2.3", "1,38", "1,2345", ",5", "12,,345"]) assert.equal(parseYuan(text), undefined);
});

test("axes are short in the words of the language", () => {
  assert.equal(formatCompact(123_0000_00n, "zh-CN"), "123万");
  assert.equal(formatCompact(1_234_567_00n, "en"), "1.2M");
  assert.equal(formatCompact(-950_00n, "en"), `${MINUS}950`);
});

test("small helpers stay exact below zero", () => {
  assert.equal(floorDiv(-1n, 10n), -1n);
  assert.equal(floorDiv(-10n, 10n), -1n);
  assert.equal(floorDiv(19n, 10n), 1n);
  assert.equal(sum(["1", 2n, "-5"]), -2n);
  assert.equal(plainYuan(5n), "0.05");
  assert.equal(plainYuan(-12345n), "-123.45");
});
