import assert from "node:assert/strict";
import { test } from "node:test";
import { Linter } from "eslint";
import tseslint from "typescript-eslint";
import { examples } from "./examples.mjs";
import own from "./index.mjs";

function findings(rule, { file, code }) {
  const config = {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: { parser: tseslint.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    plugins: { own },
    rules: { [`own/${rule}`]: "error" },
  };
  return new Linter({ cwd: "/app" }).verify(code, [config], { filename: file });
}

test("each rule has examples", () => {
  assert.deepEqual(Object.keys(examples).sort(), Object.keys(own.rules).sort());
});

for (const [rule, { good, bad }] of Object.entries(examples)) {
  for (const example of good)
    test(`${rule} accepts ${example.code}`, () => assert.deepEqual(findings(rule, example), []));
  for (const example of bad)
    test(`${rule} refuses ${example.code}`, () => {
      const found = findings(rule, example);
      assert.ok(found.length > 0 && found.every((one) => one.ruleId === `own/${rule}`), JSON.stringify(found));
    });
}
