import assert from "node:assert/strict";
import { test } from "node:test";
import { publishedBy } from "./lateness";

test("yesterday's income is due from two in the morning on", () => {
  assert.deepEqual(publishedBy("2015-05-14T02:00:00+08:00"), { on: "2015-05-13", at: "2015-05-14T02:00:00+08:00" });
  assert.equal(publishedBy("2015-05-14T01:59:00+08:00").on, "2015-05-12");
});
