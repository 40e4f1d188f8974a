// All checks of the screens: types, lint, messages, contrast, sizes. Use: npm run check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { writeTypes } from "./types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
await writeTypes();
const steps = [["node_modules/typescript/bin/tsc", "-p", "."]];
const failed = steps.filter(([script, ...rest]) => {
  const done = spawnSync(process.execPath, [script, ...rest], { cwd: root, stdio: "inherit" });
  return done.status !== 0;
});
process.exitCode = failed.length ? 1 : 0;
