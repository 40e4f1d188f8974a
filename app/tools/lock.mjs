// Makes the lock file anew, without addresses of any host. Use: npm run lock
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../package-lock.json", import.meta.url));

/** Returns the lock without what packages say about donations. */
export function withoutHosts(text) {
  const lock = JSON.parse(text);
  for (const one of Object.values(lock.packages)) {
    delete one.funding;
    delete one.resolved;
  }
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Returns the hosts that a lock names. */
export function hostsIn(text) {
  return [...new Set(text.match(/https?:\/\/[^/"\s]+/g) ?? [])];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  spawnSync("npm", ["install", "--package-lock-only"], { stdio: "inherit" });
  await writeFile(file, withoutHosts(await readFile(file, "utf8")));
}
