// What `npm run check` demands of the sources.
import tseslint from "typescript-eslint";
import own from "./tools/rules/index.mjs";

const ownRules = Object.fromEntries(Object.keys(own.rules).map((name) => [`own/${name}`, "error"]));

export default tseslint.config(
  { ignores: ["dist/**", "dist.*/**", "node_modules/**", "src/api/schema.d.ts", "tools/**", "eslint.config.mjs"] },
  {
    files: ["src/**/*.ts", "src/**/*.tsx"],
    extends: [tseslint.configs.recommended],
    plugins: { own },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...ownRules,
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-expressions": ["error", { allowShortCircuit: true, allowTernary: true }],
      "no-console": "error",
      "no-restricted-imports": ["error", { patterns: ["preact/compat"] }],
      eqeqeq: "error",
      complexity: ["error", 10],
      "max-lines": ["error", 250],
      "max-params": ["error", 6],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["src/lib/problem.ts"], rules: { "max-params": "off" } },
  { files: ["src/**/*.test.ts"], rules: { "own/untranslated": "off" } },
);
