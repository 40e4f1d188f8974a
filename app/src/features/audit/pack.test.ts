import assert from "node:assert/strict";
import { test } from "node:test";
import { linesIn } from "./pack";

test("a pack has as many lines as line feeds", () => {
  assert.equal(linesIn(new TextEncoder().encode("a\nb\n")), 2);
  assert.equal(linesIn(new Uint8Array()), 0);
});
