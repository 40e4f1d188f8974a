import assert from "node:assert/strict";
import { test } from "node:test";
import { weaknessOf } from "./payment-password";

test("repeats, runs and birthdays are too easy", () => {
  for (const easy of ["111111", "121212", "123123"]) assert.equal(weaknessOf(easy), "repeat");
  for (const easy of ["123456", "654321", "890123"]) assert.equal(weaknessOf(easy), "sequence");
  for (const easy of ["900307", "030790", "070390", "199003", "031990"])
    assert.equal(weaknessOf(easy, "1990-03-07"), "birthday");
});

test("others are fine", () => {
  assert.equal(weaknessOf("280461", "1990-03-07"), undefined);
  assert.equal(weaknessOf("900307"), undefined);
});
