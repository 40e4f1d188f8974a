import assert from "node:assert/strict";
import { test } from "node:test";
import { checkProof, holds, STEPS } from "./proof";

// Made by the platform: seven holders on a day of loss, this one's leaf in the second group of four.
const FILE =
  "aHVvcWktcHJvb2YtdjEKaHVvcWktY2xvc2UtdjEKATN48Dk5MDAwMTiOaeYXpDOoJ3ubTBEbeewcHGgmN/iGHrAlCnOhvaZbAAAA" +
  "AAAAAAcAAAAAAABtXf/////////9AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABWjVx+xEep9C/WJtecYw5xpCXZbkV0" +
  "JNQnhMD7/Pg7d0KGILOoMiVa2i1dJ+xRA5Ry/qJx7xAAMcLBDiqDrHl0fR+o65EYhzmAclHejcI05W6MorL09Qx3OqLxXm0nXAX7" +
  "PJkg3DvBLBhgEUCkGmmptKzVd38sd/TfSNcDaqS8eZ/4gWVjf9fqnxS9+CVIK72s2dTO7rNgyltzPQ6wQtCk1Vw0NjH+NSv+n7T4" +
  "St+My9DxB3uS7m9TNcCQE7WhPw+ilPEKHjLmtBInQ1nk+Kpg1+TGpfLLNzvyh9ooOq4HRGAhfpLXkxdfSrezfLge1hw2D6Idd2gl" +
  "cLKNWvRSJQm+UwHYarR4MmGDg9xQWASyjdSAzqTh8vTnKSGKoGCikwYAAAAAAAAABwAAAAAAABtX//////////8Bs/FQ5EhXJoIZ" +
  "/yhy1J2q/wAAAAAAAAAEOO8aHZNk1MFD3YukYCnK7FZQoeBpBSsRz2CLxrQ9iPoYdegvt7bqoPwWHVkygBL0oQVH5DQ0dJ03Vdqv" +
  "gNvNXAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWubvXpEb7rPXbAnfdTPyRCAuWpMSAV18JWeXIpENybsAAAAAAAAA" +
  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const KEYS = [
  "568d5c7ec447a9f42fd626d79c630e71a425d96e457424d42784c0fbfcf83b77",
  "fb3c9920dc3bc12c18601140a41a69a9b4acd5777f2c77f4df48d7036aa4bc79",
  "a294f10a1e32e6b412274359e4f8aa60d7e4c6a5f2cb373bf287da283aae0744",
];

function bytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(FILE), (letter) => letter.charCodeAt(0));
}

test("a proof of the platform holds and says whose balance it is", async () => {
  const { proof, steps } = await checkProof(bytes(), { keys: KEYS, on: "2015-05-12" });

  assert.ok(proof);
  assert.equal(proof.fund, "990001");
  assert.equal(proof.on, "2015-05-12");
  assert.deepEqual([proof.account, proof.units, proof.incomeFen, proof.holders, proof.levels], ["7", "6999", "-1", "7", 2]);
  assert.match(proof.root, /^388e69e6/);
  assert.deepEqual(Object.keys(steps), [...STEPS]);
  assert.deepEqual(STEPS.filter((name) => steps[name] !== true), ["list"]);
});

test("any changed byte fails", async () => {
  for (let at = 0; at < bytes().length; at += 1) {
    const changed = bytes();
    changed[at] = (changed[at] ?? 0) ^ 16;
    assert.equal(holds(await checkProof(changed, { keys: KEYS })), false, `byte ${at}`);
  }
});

test("a file that is cut short, longer or something else is no proof", async () => {
  for (const content of [bytes().slice(0, -1), new Uint8Array([...bytes(), 0]), new Uint8Array(0), bytes().slice(0, 200)])
    assert.deepEqual(await checkProof(content, {}), { proof: undefined, steps: { form: false } });
});

test("keys of somebody else, another day and another root are told apart", async () => {
  const { steps } = await checkProof(bytes(), { keys: [...KEYS].reverse(), on: "2015-05-13", root: "00" });

  assert.deepEqual(STEPS.filter((name) => !steps[name]), ["day", "keys", "list"]);
});

test("what nobody published is not compared", async () => {
  const found = await checkProof(bytes(), {});

  assert.deepEqual(STEPS.filter((name) => found.steps[name] === undefined), ["day", "keys", "list"]);
  assert.ok(holds(found));
});
