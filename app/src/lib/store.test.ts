import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Failure } from "./problem";

Object.defineProperty(globalThis, "navigator", { value: { onLine: true, languages: ["en"] }, configurable: true });
const { answerOf, read, refresh } = await import("./store");
const { forgetAll } = await import("./forget");

const URL = "/v1/holdings";
let sent: ((body: object, status?: number) => void)[] = [];
let told: (string | undefined)[] = [];
const listen = (failure?: Failure) => void told.push(failure?.message);
/** Lets everything that can go on do so. */
async function rest(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((done) => setTimeout(done));
}

beforeEach(() => {
  forgetAll();
  sent = [];
  told = [];
  globalThis.fetch = () => new Promise((done) => sent.push((body, status = 200) => done(Response.json(body, { status }))));
});

async function answer(question: number, body: object, status?: number): Promise<void> {
  sent[question]?.(body, status);
  await rest();
}

test("two readers of one address ask once and both are told", async () => {
  const stops = [read(URL, listen), read(URL, () => listen())];
  await rest();
  assert.equal(sent.length, 1);
  await answer(0, { a: 1 });
  assert.deepEqual(told, [undefined, undefined]);
  assert.deepEqual(answerOf(URL), { a: 1 });
  stops.forEach((stop) => stop());
});

test("an answer asked for before a change never replaces the one asked for after it", async () => {
  const stop = read(URL, listen);
  await rest();
  refresh(URL);
  await rest();
  await answer(1, { cash: "after" });
  await answer(0, { cash: "before" });
  assert.deepEqual(answerOf(URL), { cash: "after" });
  assert.equal(told.length, 1);
  stop();
});

test("who begins to read after a change does not join a question from before it", async () => {
  const first = read(URL, () => undefined);
  await rest();
  first();
  refresh(URL); // a purchase was made; nobody shows holdings just now
  const stop = read(URL, listen);
  await rest();
  await answer(0, { cash: "before" });
  assert.equal(answerOf(URL), undefined);
  await answer(1, { cash: "after" });
  assert.deepEqual(answerOf(URL), { cash: "after" });
  assert.deepEqual(told, [undefined]);
  stop();
});

test("a screen hears the newer answer though another screen asked for it", async () => {
  const first = read(URL, () => undefined);
  await rest();
  refresh(URL);
  first();
  const stop = read(URL, listen);
  await rest();
  assert.equal(sent.length, 2);
  await answer(0, { cash: "before" });
  await answer(1, { cash: "after" });
  assert.deepEqual(answerOf(URL), { cash: "after" });
  assert.ok(told.length > 0);
  stop();
});

test("frequent questions do not starve a screen of slow answers", async () => {
  const stop = read(URL, listen);
  await rest();
  refresh(URL);
  await rest();
  await answer(0, { cash: "first" });
  assert.deepEqual(answerOf(URL), { cash: "first" });
  stop();
});

test("what a person was being told is not kept for the next one, who asks herself", async () => {
  const stop = read(URL, listen);
  await rest();
  forgetAll();
  await answer(0, { cash: "hers" });
  assert.equal(answerOf(URL), undefined);
  assert.equal(sent.length, 2);
  await answer(1, { cash: "mine" });
  assert.deepEqual(answerOf(URL), { cash: "mine" });
  stop();
});

test("a failure that was overtaken is not shown", async () => {
  const stop = read(URL, listen);
  await rest();
  refresh(URL);
  await rest();
  await answer(0, {}, 500);
  assert.deepEqual(told, []);
  await answer(1, { cash: "after" });
  assert.deepEqual(told, [undefined]);
  stop();
});

test("a refusal of whom it is not for takes the answer away", async () => {
  const stop = read(URL, listen);
  await rest();
  await answer(0, { cash: "1" });
  refresh(URL);
  await rest();
  await answer(1, { code: "auth.session_invalid" }, 401);
  assert.equal(answerOf(URL), undefined);
  assert.deepEqual(told, [undefined, "401 auth.session_invalid"]);
  stop();
});
