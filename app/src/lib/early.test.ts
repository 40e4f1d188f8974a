import assert from "node:assert/strict";
import { test } from "node:test";
import { takeEarly } from "./early";

const answer = (text: string) => Promise.resolve(new Response(text));

test("an early answer is taken once, and none after the page changed something, however late it comes", async () => {
  globalThis.huoqiEarly = { "/v1/browser": answer("nobody"), "/v1/holdings": Promise.reject(new Error("no network")) };
  assert.equal(await (await takeEarly("GET", "/v1/browser"))?.text(), "nobody");
  assert.equal(await takeEarly("GET", "/v1/browser"), undefined);
  assert.equal(await takeEarly("GET", "/v1/holdings"), undefined);

  globalThis.huoqiEarly = { "/v1/browser": answer("nobody") };
  assert.equal(await takeEarly("POST", "/v1/registrations/identity"), undefined);
  assert.equal(await takeEarly("GET", "/v1/browser"), undefined);

  globalThis.huoqiEarly = { "/v1/browser": answer("nobody") }; // the script that asks came late itself
  assert.equal(await takeEarly("GET", "/v1/browser"), undefined);
});
