import assert from "node:assert/strict";
import { test } from "node:test";

const block = (first: string, text: string) => ({ dataset: { first }, text, remove: () => undefined });
const blocks = [
  block("/v1/browser", '{"csrf":"ff00f0ff","staff":{"csrf":""}}'),
  block("/v1/holdings", '{"data":[]}'),
  block("/v1/funds", '{"data":[]}'),
];
Object.assign(globalThis, { document: { querySelectorAll: () => blocks } });

test("an answer of the page is taken once, and none after the page changed something", async () => {
  const { endFirst, isFirst, takeFirst } = await import("./first");
  const holdings = takeFirst("/v1/holdings");
  assert.deepEqual([holdings, isFirst(holdings)], [{ data: [] }, true]);
  assert.equal(takeFirst("/v1/holdings"), undefined);
  assert.equal(takeFirst("/v1/orders"), undefined);
  assert.equal(isFirst({ data: [] }), false);
  assert.deepEqual(takeFirst("/v1/browser"), { csrf: "0fff", staff: { csrf: "" } });

  endFirst();
  assert.equal(takeFirst("/v1/funds"), undefined);
  assert.equal(isFirst(holdings), false);
});

test("a mask comes off with every digit, also leading noughts", async () => {
  const { unmasked } = await import("./first");
  assert.equal(unmasked("12ab" + "12cd"), "0066");
  assert.equal(unmasked(""), "");
});
