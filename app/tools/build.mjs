// Builds dist/: three pages, hashed scripts and styles, the service worker, compressed copies.
// Needs only esbuild and preact: `npm ci --omit=dev && npm run build`. Use: node tools/build.mjs [folder]
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compress } from "./compress.mjs";
import { gather } from "./gather.mjs";
import { manifest, ICON_NAME } from "./manifest.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
export const ENTRIES = {
  customer: {
    source: "src/customer/main.tsx",
    page: "index.html",
    first: "src/features/home/HomeScreen.tsx",
    // Screens that people come to at once, each one piece: what several of them share comes with the first.
    whole: ["src/features/funds/ProductScreen.tsx", "src/features/purchases/BuyScreen.tsx", "src/features/records/RecordsScreen.tsx"],
    // Features whose screens come together: who opens one of them opens others, and what is packed
    // together is smaller (6.6 KB less in all).
    together: [["explain"], ["welcome", "registration"], ["agreements", "cardlimits", "help", "leaving", "notices", "security", "statements"]],
    // The style stands inside of the page; the server allows exactly this text.
    inside: true,
  },
  console: { source: "src/console/main.tsx", page: "console/index.html" },
  dev: { source: "src/dev/main.tsx", page: "dev/index.html" },
};

/** Pieces with fewer bytes than this, shared by screens beside the first, become one. */
const SMALL = 3_500;

/** Returns what esbuild made: outputs with their sizes, imports and entry points. */
async function bundle(out) {
  // Each entry by itself: what only the console shares with itself must not cut the app into more pieces.
  const parts = await Promise.all(Object.entries(ENTRIES).map(([name, entry]) => bundleOne(out, name, entry)));
  return { outputs: Object.assign({}, ...parts.map((part) => part.outputs)), of: Object.fromEntries(Object.keys(ENTRIES).map((name, i) => [name, parts[i]])) };
}

async function bundleOne(out, name, { source, first, whole, together }) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { [name]: source },
    outdir: join(out, "assets"),
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["es2022"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    metafile: true,
    logLevel: "warning",
  });
  return first ? gatherPages(result.metafile, { source, first, whole, together }) : result.metafile;
}

/** Makes one piece of the first page, of each further whole one, of the features whose screens come together, and of what is small in the rest. */
async function gatherPages(metafile, { source, first, whole, together }) {
  const needed = whole.map((screen) => filesOf(metafile, screen));
  const shared = needed.flat().filter((file, place, all) => all.indexOf(file) !== place && !metafile.outputs[file].entryPoint);
  let made = await gather(root, metafile, [...new Set([...filesOf(metafile, source), ...filesOf(metafile, first), ...shared])]);
  for (const screen of whole) {
    const held = new Set(filesOf(made, source));
    const own = filesOf(made, screen).filter((file) => !held.has(file));
    if (own.length > 1) made = await gather(root, made, own);
  }
  for (const features of together) {
    const isOfIt = (file) => features.some((feature) => file.startsWith(`src/features/${feature}/`));
    const own = Object.keys(made.outputs).filter((one) => one.endsWith(".js") && [...Object.keys(made.outputs[one].inputs), made.outputs[one].entryPoint ?? ""].some(isOfIt));
    made = await gather(root, made, own);
  }
  const small = Object.entries(made.outputs).filter(([one, { entryPoint, holds, bytes }]) => one.endsWith(".js") && !entryPoint && !holds && bytes < SMALL);
  return small.length > 1 ? gather(root, made, small.map(([one]) => one)) : made;
}

/** Returns the file of an entry point and all that it needs at once. */
export function filesOf(metafile, source) {
  const [start] = Object.entries(metafile.outputs).find(([, o]) => o.entryPoint === source || o.holds?.includes(source)) ?? [];
  if (!start) throw new Error(`nothing was built from ${source}`);
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of metafile.outputs[name].imports)
      if (next.kind === "import-statement" && !next.external) visit(next.path);
  };
  visit(start);
  return [...found];
}

async function writePage(out, metafile, name, icon) {
  const { source, page, first, inside } = ENTRIES[name];
  const url = (file) => `/${relative(out, resolve(root, file)).replaceAll("\\", "/")}`;
  const own = metafile.of[name];
  const files = filesOf(own, source);
  const css = own.outputs[files[0]].cssBundle;
  const early = new Set([...files.slice(1), ...(first ? filesOf(own, first) : [])]);
  for (const file of files.slice(0, 1)) early.delete(file);
  const preload = [...early].map((file) => `<link rel="modulepreload" href="${url(file)}">`).join("\n    ");
  const style = inside ? `<style>${await styleOf(css)}</style>` : `<link rel="stylesheet" href="${url(css)}">`;
  // The tab's picture is smaller than the request for it would be.
  const mark = `data:image/svg+xml,${encodeURIComponent((await readFile(join(root, "src/design/icon.svg"), "utf8")).trim())}`;
  const values = { js: url(files[0]), style, preload, icon, mark };
  const text = (await readFile(join(root, page), "utf8")).replace(/\{\{(\w+)\}\}/g, (_, key) => values[key] ?? "");
  await mkdir(dirname(join(out, page)), { recursive: true });
  await writeFile(join(out, page), text.replace(/^\s*\n/gm, ""));
  const shell = [...new Set([...files, ...early])].map(url).concat(inside ? [] : url(css));
  return { shell, later: await filesLater(own, name, new Set(shell), url(files[0]), url) };
}

/** Returns a style sheet as it may stand inside of a page. */
async function styleOf(css) {
  const text = (await readFile(resolve(root, css), "utf8")).trim();
  // An address in it would be read from the page's place, and the text must not end its element.
  if (/url\(|<\//.test(text)) throw new Error(`${css} cannot stand inside of a page`);
  return text;
}

/** Returns of each route the files that the page does not name: the server tells them beside it.
 *
 * The app's own file stands before them: the largest takes the line that is open already.
 */
async function filesLater(own, name, shell, main, url) {
  const found = {};
  const folder = join(root, "src", name);
  for (const table of (await readdir(folder)).filter((one) => one.endsWith(".tsx"))) {
    for (const [, path, module] of (await readFile(join(folder, table), "utf8")).matchAll(/path: "([^"]+)", load: \(\) => import\("\.\.\/([^"]+)"\)/g)) {
      const files = filesOf(own, `src/${module}.tsx`).map(url).filter((file) => !shell.has(file));
      if (files.length) found[path.replace(/:\w+/g, "*")] = [main, ...files];
    }
  }
  return found;
}

/** Writes the worker; its version tells of the names of all that it keeps, and of the page's own text. */
async function writeWorker(out, shell) {
  const page = await readFile(join(out, "index.html"));
  const version = createHash("sha256").update(JSON.stringify(shell)).update(page).digest("hex").slice(0, 12);
  await build({
    absWorkingDir: root,
    entryPoints: ["src/sw.ts"],
    outfile: join(out, "sw.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022"],
    define: { SHELL: JSON.stringify(shell), VERSION: JSON.stringify(version) },
    logLevel: "warning",
  });
}

async function writeIcon(out) {
  const icon = await readFile(join(root, "src/design/icon.svg"));
  const hash = createHash("sha256").update(icon).digest("hex").slice(0, 8).toUpperCase();
  const url = `/assets/${ICON_NAME}-${hash}.svg`;
  await writeFile(join(out, url), icon);
  return url;
}

/** Builds into a folder beside the target and then takes its place, so that a server never sees half. */
export async function buildApp(target) {
  const out = `${target}.new`;
  await rm(out, { recursive: true, force: true });
  const metafile = await bundle(out);
  const icon = await writeIcon(out);
  await writeFile(join(out, "manifest.webmanifest"), JSON.stringify(manifest(icon)));
  const shells = {};
  const routes = {};
  for (const name of Object.keys(ENTRIES)) {
    const { shell, later } = await writePage(out, metafile, name, icon);
    shells[name] = shell;
    Object.assign(routes, later);
  }
  await writeFile(join(out, "routes.json"), JSON.stringify(routes));
  await writeWorker(out, ["/", ...shells.customer, icon, "/manifest.webmanifest"]);
  const names = (await readdir(out, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  await compress(names.map((one) => join(one.parentPath ?? one.path, one.name)));
  await rm(`${target}.old`, { recursive: true, force: true });
  await rename(target, `${target}.old`).catch(() => undefined);
  await rename(out, target);
  await rm(`${target}.old`, { recursive: true, force: true });
  return { metafile, out, shells };
}

if (process.argv[1] && fileURLToPath(import.meta.url) === resolve(process.argv[1])) {
  const target = resolve(process.argv[2] ?? join(root, "dist"));
  await buildApp(target);
  console.log(`built ${target}`);
}
