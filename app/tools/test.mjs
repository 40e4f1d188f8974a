// Runs the unit tests with Node's own runner. Use: npm test
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = (folder, end) => readdir(join(root, folder), { recursive: true }).then((all) => all.filter((one) => one.endsWith(end)));
const sources = (await names("src", ".test.ts")).map((name) => join("src", name));
const tools = (await names("tools", ".test.mjs")).map((name) => join(root, "tools", name));
const out = await mkdtemp(join(tmpdir(), "huoqi-app-"));
await build({
  absWorkingDir: root, entryPoints: sources, outdir: out, outbase: "src", bundle: true, platform: "node", format: "esm",
  target: "node20", jsx: "automatic", jsxImportSource: "preact", outExtension: { ".js": ".mjs" }, sourcemap: "inline", logLevel: "warning",
});
const built = sources.map((name) => join(out, name.slice(4).replace(/\.ts$/, ".mjs")));
const done = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", ...built, ...tools], { cwd: root, stdio: "inherit" });
await rm(out, { recursive: true, force: true });
process.exitCode = done.status ?? 1;
