import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addDays, addMonths, between, dayOf, formatAt, formatClock, formatDay, formatDayShort, formatMonth, formatSpan, weekdaysFromMonday, weeksOf,
} from "./dates";

test("an instant is told as in Beijing, whatever offset it came with", () => {
  assert.equal(formatAt("2015-05-11T14:59:00+08:00", "zh-CN"), "2015年5月11日 周一 14:59");
  assert.equal(formatAt("2015-05-11T06:59:00Z", "en"), "Mon, 11 May 2015, 14:59");
  assert.equal(formatClock("2015-05-11T16:00:00Z"), "00:00");
  assert.equal(dayOf("2015-05-11T16:00:00Z"), "2015-05-12");
});

test("days and months read as people say them", () => {
  assert.equal(formatDay("2024-02-29", "zh-CN"), "2024年2月29日 周四");
  assert.equal(formatDayShort("2015-05-15", "zh-CN"), "周五 5月15日");
  assert.equal(formatDayShort("2015-05-15", "en"), "Fri 15 May");
  assert.equal(formatMonth("2015-05", "en"), "May 2015");
});

test("spans name two units at most", () => {
  assert.equal(formatSpan(7_800_000, "en"), "2 h 10 min");
  assert.equal(formatSpan(7_800_000, "zh-CN"), "2 小时 10 分");
  assert.equal(formatSpan(45_000, "en"), "45 s");
  assert.equal(formatSpan(-5, "en"), "0 s");
  assert.equal(formatSpan(90_000_000, "en"), "1 d 1 h");
  assert.equal(between("2015-05-11T00:00:00+08:00", "2015-05-10T16:00:01Z"), 1000);
});

test("days and months are counted over their ends", () => {
  assert.equal(addDays("2024-02-28", 2), "2024-03-01");
  assert.equal(addMonths("2015-12", 1), "2016-01");
  assert.equal(addMonths("2015-01", -1), "2014-12");
});

test("a month is whole weeks from Monday", () => {
  const weeks = weeksOf("2015-05"); // the first is a Friday
  assert.equal(weeks.length, 5);
  assert.deepEqual(weeks[0], [undefined, undefined, undefined, undefined, "2015-05-01", "2015-05-02", "2015-05-03"]);
  assert.equal(weeks.flat().filter(Boolean).length, 31);
  assert.deepEqual(weekdaysFromMonday("zh-CN"), ["一", "二", "三", "四", "五", "六", "日"]);
});

test("what is no instant is refused", () => {
  assert.throws(() => dayOf("yesterday"), RangeError);
});
