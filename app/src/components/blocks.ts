/** Which rows of a very long table exist: blocks of rows in slots that are used again and again. */

/** Rows that are drawn together: few enough for one frame, enough that most frames draw none. */
export const BLOCK_ROWS = 8;
/** Blocks before and after the seen ones, so that what comes into sight is there already. */
const SPARE = 2;

/** A slot is an element that stays; the block is what it shows now. */
export type Blocks = readonly { slot: number; block: number }[];

/** Returns the blocks around the first seen one: what stays keeps its slot, what left gives its own away. */
export function blocksFor(old: Blocks, { block, fits, count }: { block: number; fits: number; count: number }): Blocks {
  const all = Math.ceil(count / BLOCK_ROWS);
  const wanted = Math.min(all, Math.ceil(fits / BLOCK_ROWS) + 1 + 2 * SPARE);
  const first = Math.max(0, Math.min(block - SPARE, all - wanted));
  const isWanted = (one: number) => one >= first && one < first + wanted;
  const kept = new Set(old.map((one) => one.block).filter(isWanted));
  const missing = Array.from({ length: wanted }, (_, i) => first + i).filter((one) => !kept.has(one));
  if (missing.length === 0 && old.length === wanted) return old;
  const next: { slot: number; block: number }[] = [];
  for (const one of old) {
    const given = isWanted(one.block) ? one.block : missing.shift();
    if (given !== undefined) next.push({ slot: one.slot, block: given });
  }
  const used = new Set(next.map((one) => one.slot));
  for (let slot = 0; missing.length > 0; slot++) if (!used.has(slot)) next.push({ slot, block: missing.shift() ?? 0 });
  return next;
}

/** Returns the same blocks as they stand on the screen: the order of reading and of the Tab key. */
export function inOrder(blocks: Blocks): Blocks {
  const sorted = [...blocks].sort((a, b) => a.block - b.block);
  return sorted.every((one, i) => one === blocks[i]) ? blocks : sorted;
}
