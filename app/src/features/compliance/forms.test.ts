import assert from "node:assert/strict";
import { test } from "node:test";
import { heirsOf, isReference } from "./forms";

const ID = "014d40c7-5680-7000-8007-1dbef6e41216";

test("a reference begins with a letter or a digit and has no line of its own", () => {
  assert.equal(isReference("2015-1182"), true);
  assert.equal(isReference(" a:1/2#3 "), true);
  assert.equal(isReference("-1"), false);
  assert.equal(isReference(""), false);
  assert.equal(isReference("文号一"), false);
  assert.equal(isReference("x".repeat(81)), false);
});

test("heirs come a line each, with one part where none is said", () => {
  assert.deepEqual(heirsOf(`${ID}\n${ID.toUpperCase()}, 3\n\n`), [{ customer_id: ID, parts: 1 }, { customer_id: ID, parts: 3 }]);
});

test("what is no heir is refused whole", () => {
  assert.equal(heirsOf(""), undefined);
  assert.equal(heirsOf(`${ID} 0`), undefined);
  assert.equal(heirsOf(`${ID} 1\nsomebody 2`), undefined);
  assert.equal(heirsOf(`${ID} 1.5`), undefined);
});
