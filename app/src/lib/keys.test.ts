import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetAll } from "./forget";
import { canonical, once, type Shelf, waiting } from "./keys";
import { NoAnswer, Offline, Problem, Unanswered } from "./problem";

type Kept = NonNullable<ReturnType<Shelf["get"]>>;

/** Keeps attempts as a history entry would, through a reload. */
function shelf(): Shelf {
  const kept = new Map<string, Kept>();
  return {
    get: (name) => kept.get(name),
    set: (name, value) => void (value ? kept.set(name, value) : kept.delete(name)),
  };
}

const refusal = (status: number, code: string) => new Problem(status, code, "", "", "", [], {}, [], undefined);
const fail = (error: Error) => () => Promise.reject(error);

test("a double tap sends once and both get the answer", async () => {
  const keys: string[] = [];
  let answer: (order: string) => void = () => undefined;
  const send = (key: string) => (keys.push(key), new Promise<string>((done) => (answer = done)));
  const at = shelf();
  const [one, two] = [once("double", { a: 1 }, send, at), once("double", { a: 1 }, send, at)];
  answer("order");
  assert.deepEqual(await Promise.all([one, two]), ["order", "order"]);
  assert.equal(keys.length, 1);
});

test("a lost answer is asked for again with the same key, also after a reload", async () => {
  const at = shelf();
  const keys: string[] = [];
  await assert.rejects(once("lost", { a: 1 }, (key) => (keys.push(key), fail(new NoAnswer())()), at), NoAnswer);
  assert.deepEqual(waiting("lost", at), { a: 1 });
  await once("lost", { a: 1 }, (key) => (keys.push(key), Promise.resolve("order")), at);
  assert.equal(keys[0], keys[1]);
  assert.equal(waiting("lost", at), undefined);
});

test("other content waits until the first attempt is known", async () => {
  const at = shelf();
  await assert.rejects(once("other", { amount: "100" }, fail(new NoAnswer()), at), NoAnswer);
  await assert.rejects(once("other", { amount: "200" }, () => Promise.resolve(1), at), (error: Error) =>
    error instanceof Unanswered && (error.body as { amount: string }).amount === "100");
});

test("a refusal ends the attempt, a fault of the server does not", async () => {
  const at = shelf();
  await assert.rejects(once("cap", {}, fail(refusal(422, "fund.purchase_cap")), at));
  assert.equal(waiting("cap", at), undefined);
  for (const error of [refusal(500, "internal"), refusal(409, "idempotency.in_progress"), refusal(429, "limits.rate")]) {
    await assert.rejects(once("cap", {}, fail(error), at));
    assert.deepEqual(waiting("cap", at), {});
  }
});

test("what never left the device is not waited for", async () => {
  const at = shelf();
  await assert.rejects(once("offline", {}, fail(new Offline()), at));
  assert.equal(waiting("offline", at), undefined);
});

test("content is compared in one spelling", () => {
  assert.equal(canonical({ b: { y: 1, x: [2, 1] }, a: 0 }), canonical({ a: 0, b: { x: [2, 1], y: 1 } }));
});

test("an attempt is known in the page after back, and its old entry waits no more once it is settled", async () => {
  const entries: object[] = [{}, {}];
  let at = 0;
  const history = { get state() { return entries[at]; }, replaceState: (next: object) => void (entries[at] = next) };
  Object.defineProperty(globalThis, "history", { value: history, configurable: true });
  let answer: (order: string) => void = () => undefined;
  const keys: string[] = [];
  const send = (key: string) => (keys.push(key), new Promise<string>((done) => (answer = done)));

  const first = once("back", { amount: "100" }, send);
  at = 1; // back, and to the form again: another entry
  assert.deepEqual(waiting("back"), { amount: "100" });
  await assert.rejects(once("back", { amount: "200" }, send), Unanswered);
  answer("order");
  assert.equal(await first, "order");
  assert.equal(waiting("back"), undefined);
  at = 0;
  assert.equal(waiting("back"), undefined);
  assert.equal(keys.length, 1);
});

test("another person does not hear of an attempt", async () => {
  await assert.rejects(once("mine", { amount: "100" }, fail(new NoAnswer())), NoAnswer);
  Object.defineProperty(globalThis, "history", { value: { state: {}, replaceState: () => undefined }, configurable: true });
  assert.deepEqual(waiting("mine"), { amount: "100" });
  forgetAll();
  assert.equal(waiting("mine"), undefined);
});
