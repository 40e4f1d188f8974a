// Both languages of each feature say the same things, and nothing says what nobody shows.
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../src", import.meta.url));

/** Returns the paths of all messages in an object: `parties.bank`. */
export function keysOf(messages, before = "") {
  return Object.entries(messages).flatMap(([key, value]) =>
    value !== null && typeof value === "object" ? keysOf(value, `${before}${key}.`) : [`${before}${key}`],
  );
}

function words(messages) {
  return Object.values(messages).flatMap((value) =>
    typeof value === "string" ? [value] : typeof value === "function" ? [String(value)] : words(value),
  );
}

/** Returns what is wrong between the two languages of one feature. */
export function faults(name, zh, en) {
  const [zhKeys, enKeys] = [new Set(keysOf(zh)), new Set(keysOf(en))];
  const found = [];
  for (const key of zhKeys) if (!enKeys.has(key)) found.push(`${name}: ${key} is missing in English`);
  for (const key of enKeys) if (!zhKeys.has(key)) found.push(`${name}: ${key} is missing in Chinese`);
  const isEmpty = (text) => text.trim() === "";
  if (words(zh).some(isEmpty) || words(en).some(isEmpty)) found.push(`${name}: an empty message`);
  const ownScript = (text) => text.replaceAll(/中文|活期/g, "");
  const mixed = words(en).filter((text) => /\p{Script=Han}/u.test(ownScript(text)) && !text.includes("切换语言"));
  for (const text of mixed) found.push(`${name}: Chinese in the English message ${text.slice(0, 50)}`);
  return found;
}

export async function messageFaults() {
  const names = (await readdir(root, { recursive: true })).filter((one) => /messages\.(zh|en)\.ts$/.test(one));
  const out = await mkdtemp(join(tmpdir(), "huoqi-messages-"));
  try {
    await build({ entryPoints: names.map((one) => join(root, one)), outdir: out, outbase: root, bundle: true, format: "esm", outExtension: { ".js": ".mjs" }, logLevel: "warning" });
    const load = async (name) => (await import(pathToFileURL(join(out, name.replace(/\.ts$/, ".mjs"))))).default;
    const found = [];
    for (const zhName of names.filter((one) => one.endsWith("zh.ts"))) {
      const enName = zhName.replace("zh.ts", "en.ts");
      if (!names.includes(enName)) found.push(`${zhName}: no English beside it`);
      else found.push(...faults(relative("", zhName), await load(zhName), await load(enName)));
    }
    for (const enName of names.filter((one) => one.endsWith("en.ts")))
      if (!names.includes(enName.replace("en.ts", "zh.ts"))) found.push(`${enName}: no Chinese beside it`);
    return found;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
