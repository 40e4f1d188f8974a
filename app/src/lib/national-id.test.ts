import assert from "node:assert/strict";
import { test } from "node:test";
import { birthOf, cleanNationalId, nationalIdFault } from "./national-id";

test("a sound number has no fault", () => {
  assert.equal(nationalIdFault("110105199003070017"), undefined);
  assert.equal(nationalIdFault("11010519900307777X"), undefined);
});

test("each slip has its name", () => {
  assert.equal(nationalIdFault("110105199003070018"), "checksum");
  assert.equal(nationalIdFault("110105199002300017"), "no_such_date");
  assert.equal(nationalIdFault("110105900307001"), "old_format");
  assert.equal(nationalIdFault("1101051990"), "malformed");
});

test("spacing, small x and wide digits are taken as they are meant", () => {
  assert.equal(cleanNationalId("110105 19900307 777x"), "11010519900307777X");
  assert.equal(cleanNationalId("１１０"), "110");
});

test("the birth date is a day of the calendar", () => {
  assert.equal(birthOf("110105199705120170"), "1997-05-12");
  assert.equal(birthOf("110105190002290170"), undefined);
});
