// How much a customer's phone fetches; gzip, in KB of 1,000 bytes. Use: node tools/sizes.mjs [--json]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildApp, ENTRIES, filesOf } from "./build.mjs";
import { gzipSize } from "./compress.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
export const LIMITS = { home_js_kb: 45, all_js_kb: 120 };

/** Returns the files of an entry with all that it may ever fetch. */
function everything(metafile, source) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of metafile.outputs[name].imports) if (!next.external) visit(next.path);
  };
  visit(filesOf(metafile, source)[0]);
  return [...found].filter((name) => !metafile.outputs[name].entryPoint?.startsWith("src/bar/"));
}

/** Builds into a folder of its own and measures. */
export async function measure() {
  const folder = await mkdtemp(join(tmpdir(), "huoqi-sizes-"));
  try {
    const target = join(folder, "dist");
    const { metafile } = await buildApp(target);
    const size = async (names) => {
      let bytes = 0;
      for (const name of names) bytes += await gzipSize(join(target, "assets", resolve(root, name).slice(dirname(resolve(root, name)).length + 1)));
      return Math.round(bytes / 100) / 10;
    };
    const { source, first } = ENTRIES.customer;
    const app = metafile.of.customer;
    return {
      home_js_kb: await size(new Set([...filesOf(app, source), ...filesOf(app, first)])),
      all_js_kb: await size(everything(app, source)),
      console_js_kb: await size(everything(metafile.of.console, ENTRIES.console.source)),
      dev_js_kb: await size(everything(metafile.of.dev, ENTRIES.dev.source)),
      css_kb: await size([app.outputs[filesOf(app, source)[0]].cssBundle]),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the measures that are over their limits. */
export function over(sizes) {
  return Object.entries(LIMITS).filter(([name, most]) => sizes[name] > most).map(([name, most]) => `${name} is ${sizes[name]}, at most ${most}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await measure(), null, process.argv.includes("--json") ? 0 : 2));
