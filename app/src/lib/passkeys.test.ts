import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, text } from "./passkeys";

test("bytes go to base64url and back", () => {
  for (const values of [[], [0], [255, 254], [251, 239, 190], [1, 2, 3, 4]])
    assert.deepEqual([...bytes(text(new Uint8Array(values)))], values);
  assert.equal(text(new Uint8Array([251, 239, 190])), "----");
});
