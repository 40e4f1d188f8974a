import assert from "node:assert/strict";
import { test } from "node:test";
import { BLOCK_ROWS, blocksFor, inOrder } from "./blocks";

const ALL = { block: 0, fits: 2 * BLOCK_ROWS, count: 100_000 };
const shown = (blocks: ReturnType<typeof blocksFor>) => blocks.map((one) => one.block).sort((a, b) => a - b);

test("the blocks around the seen ones exist, no others", () => {
  assert.deepEqual(shown(blocksFor([], { ...ALL, block: 50 })), [48, 49, 50, 51, 52, 53, 54]);
  assert.deepEqual(shown(blocksFor([], { ...ALL, block: 12_499 })), [12_493, 12_494, 12_495, 12_496, 12_497, 12_498, 12_499]);
  assert.deepEqual(shown(blocksFor([], { ...ALL, count: 3 })), [0]);
  assert.deepEqual(blocksFor([], { ...ALL, count: 0 }), []);
});

test("a step on uses one element again and leaves the others", () => {
  const before = blocksFor([], { ...ALL, block: 50 });
  const after = blocksFor(before, { ...ALL, block: 51 });

  assert.deepEqual(after.filter((one, i) => one.block !== before[i]?.block), [{ slot: 0, block: 55 }]);
  assert.equal(blocksFor(after, { ...ALL, block: 51 }), after);
});

test("at rest the blocks stand in the order of the screen", () => {
  const moved = blocksFor(blocksFor([], ALL), { ...ALL, block: 4 });

  assert.deepEqual(inOrder(moved).map((one) => one.block), [2, 3, 4, 5, 6, 7, 8]);
  assert.equal(new Set(inOrder(moved).map((one) => one.slot)).size, 7);
});

test("fewer and more rows keep slots apart", () => {
  const few = blocksFor(blocksFor([], ALL), { ...ALL, count: 10 });
  const more = blocksFor(few, ALL);

  assert.deepEqual(shown(few), [0, 1]);
  assert.deepEqual(shown(more), [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(new Set(more.map((one) => one.slot)).size, more.length);
});
