import assert from "node:assert/strict";
import { test } from "node:test";
import { Newest } from "./newest";

test("an answer that was overtaken by a later question's is left aside", () => {
  const turns = new Newest();
  const [first, second, third] = [turns.ask(), turns.ask(), turns.ask()];
  assert.deepEqual([turns.take(second), turns.take(first), turns.take(third)], [true, false, true]);
});

test("who is here is what was asked last, in whatever order the answers come", async () => {
  const navigator = { onLine: true, languages: ["en"] };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  const { askBrowser, browser } = await import("./browser");
  const answers: ((signedIn: boolean) => void)[] = [];
  const view = (signed_in: boolean) => ({
    business_time: "2015-05-11T09:00:00+08:00", mode: "sandbox", signed_in, csrf: signed_in ? "proof" : "",
  });
  globalThis.fetch = () => new Promise((done) => answers.push((signedIn) => done(Response.json(view(signedIn)))));

  const before = askBrowser(); // the time bar, while a newcomer registers
  await Promise.resolve();
  const after = askBrowser(); // the page, once she is registered
  await new Promise((rest) => setTimeout(rest));
  answers[1]?.(true);
  assert.equal((await after).signed_in, true);
  answers[0]?.(false);

  assert.equal((await before).signed_in, true);
  assert.equal(browser.value?.signed_in, true);
});
