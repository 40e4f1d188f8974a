// All checks of the screens: types, lint, messages, contrast, lock, sizes. Use: npm run check
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { contrastFaults } from "./contrast.mjs";
import { hostsIn } from "./lock.mjs";
import { messageFaults } from "./messages.mjs";
import { measure, over } from "./sizes.mjs";
import { writeTypes } from "./types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = (name, ...words) => {
  const done = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8" });
  return done.status === 0 ? [] : [`${name}:\n${done.stdout}${done.stderr}`];
};
const lockFaults = async () => hostsIn(await readFile(`${root}/package-lock.json`, "utf8")).map((host) => `the lock names ${host}; run npm run lock`);

await writeTypes();
const steps = {
  types: () => node("types", "node_modules/typescript/bin/tsc", "-p", "."),
  lint: () => node("lint", "node_modules/eslint/bin/eslint.js", "--max-warnings", "0", "."),
  messages: messageFaults,
  contrast: contrastFaults,
  lock: lockFaults,
  sizes: async () => {
    const sizes = await measure();
    console.log(`sizes ${JSON.stringify(sizes)}`);
    return over(sizes);
  },
};
let count = 0;
for (const [name, step] of Object.entries(steps)) {
  const faults = await step();
  count += faults.length;
  console.log(faults.length ? `✗ ${name}` : `✓ ${name}`);
  for (const fault of faults) console.log(`  ${fault}`);
}
process.exitCode = count ? 1 : 0;
