import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, type Limits } from "./faults";

const money = (amount: string) => ({ amount, currency: "CNY" as const });
const limits: Limits = {
  business_time: "2015-05-11T09:00:00+08:00", direction: "collect", left: money("300000"), single_limit: money("500000"),
  day_limit: money("500000"), day_used: money("200000"), day_count: 10, day_used_count: 1,
  resets_at: "2015-05-12T00:00:00+08:00", sends_at: "2015-05-11T09:00:00+08:00",
};

test("each limit is named apart", () => {
  assert.equal(faultOf(undefined, "100", limits)?.kind, "empty");
  assert.equal(faultOf(99n, "100", limits)?.kind, "below");
  assert.equal(faultOf(500001n, "100", limits)?.kind, "single");
  assert.equal(faultOf(300001n, "100", limits)?.kind, "left");
  assert.equal(faultOf(100n, "100", { ...limits, day_used_count: 10 })?.kind, "count");
  assert.equal(faultOf(300000n, "100", limits), undefined);
});
