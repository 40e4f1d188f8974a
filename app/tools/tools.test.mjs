import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, contrastFaults, faults as colourFaults, nearest } from "./contrast.mjs";
import { takingFrom } from "./gather.mjs";
import { hostsIn, withoutHosts } from "./lock.mjs";
import { faults as messageFaults } from "./messages.mjs";
import { over } from "./sizes.mjs";

test("contrast follows the published extremes", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#767676", "#ffffff").toFixed(2), "4.54");
});

test("the tokens can be read, and a pale one is refused with a better one", async () => {
  assert.deepEqual(await contrastFaults(), []);
  const pale = colourFaults(":root {\n  --red: #ffaaaa;\n  --surface: #ffffff;\n}");
  assert.ok(pale.some((line) => line.startsWith("light: --red on --surface is 1.")));
  assert.ok(contrast(nearest("#ffaaaa", "#ffffff", 4.5), "#ffffff") >= 4.5);
});

test("messages: both languages, none empty, none in the wrong script", () => {
  assert.deepEqual(messageFaults("a", { x: "好", y: () => "好" }, { x: "good", y: () => "good" }), []);
  assert.equal(messageFaults("a", { x: "好" }, {}).length, 1);
  assert.equal(messageFaults("a", { x: "" }, { x: "good" }).length, 1);
  assert.equal(messageFaults("a", { x: "好" }, { x: "好" }).length, 1);
});

test("a lock names no host", () => {
  const host = ["https:", "", "a.example"].join("/"); // in pieces, so that this file names none either
  const lock = JSON.stringify({ packages: { a: { resolved: `${host}/a`, funding: { url: host } } } });
  assert.deepEqual(hostsIn(lock), [host]);
  assert.deepEqual(hostsIn(withoutHosts(lock)), []);
});

test("sizes over their limit are named", () => {
  assert.deepEqual(over({ home_js_kb: 45, all_js_kb: 120 }), []);
  assert.equal(over({ home_js_kb: 45.1, all_js_kb: 120 }).length, 1);
});

test("what is fetched later takes from the gathered file what it took from its pieces", () => {
  const places = new Map([["a-1.js", 0], ["b-2.js", 1]]);
  const text = 'import{x as y,z}from"./b-2.js";import{p}from"./a-1.js";import"./b-2.js";import{q}from"./c-3.js";y(z,q,p);';
  const taken = 'import{b_x as y,b_z as z}from"./all-9.js";import{a_p as p}from"./all-9.js";import"./all-9.js";import{q}from"./c-3.js";y(z,q,p);';
  assert.equal(takingFrom("all-9.js", places, text), taken);
});
