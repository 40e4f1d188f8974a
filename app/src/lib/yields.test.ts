import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOf, compoundYield, simpleYield } from "./yields";

const WEEK = ["157870", "154610", "146700", "142230", "138450", "136740", "136710"];

test("a published week gives its compound and its simple yield", () => {
  assert.equal(compoundYield(WEEK), 5425n);
  assert.equal(simpleYield(WEEK), 5284n);
  assert.equal(simpleYield(["110000"]), 4015n);
});

test("one wrong digit of the yield fits neither", () => {
  assert.equal(carryOf("5425", WEEK), "daily");
  assert.equal(carryOf("5284", WEEK), "monthly");
  assert.equal(carryOf("5424", WEEK), undefined);
});
