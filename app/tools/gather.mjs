// Makes one file of many pieces. A bundler cuts what screens share by who shares it; on a phone each
// piece is a journey to the server. The pieces of the first page become one, and the small ones that
// later pages share; every other file takes from the whole what it took from its pieces.
import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";

const IMPORT = /import\s*(?:\{([^}]*)\}\s*from\s*)?"\.\/([\w-]+\.js)";/g;

/** Returns what the whole is called when it exports `name` of the piece at a place. */
const nameIn = (place, name) => `${String.fromCharCode(97 + (place % 26))}${Math.floor(place / 26) || ""}_${name}`;

/** Returns the text of a file that takes from the whole what it took from its pieces.
 *
 * `places` tells which piece each file name is.
 */
export function takingFrom(whole, places, text) {
  return text.replace(IMPORT, (found, names, file) => {
    const place = places.get(file);
    if (place === undefined) return found;
    if (!names) return `import"./${whole}";`;
    const taken = names.split(",").map((one) => {
      const [name, own = name] = one.trim().split(/\s+as\s+/);
      return `${nameIn(place, name)} as ${own}`;
    });
    return `import{${taken.join(",")}}from"./${whole}";`;
  });
}

/** Bundles the pieces into one text; what they fetch later stays outside. Screens keep their names: they are fetched by them. */
async function bundlePieces(root, metafile, pieces, main) {
  const lines = pieces.flatMap((piece, place) => {
    const { exports, entryPoint } = metafile.outputs[piece];
    const from = JSON.stringify(resolve(root, piece));
    return exports.flatMap((name) => [`export{${name} as ${nameIn(place, name)}}from${from};`, ...(entryPoint ? [`export{${name}}from${from};`] : [])]);
  });
  const inside = new Set(pieces.map((piece) => resolve(root, piece)));
  const result = await build({
    stdin: { contents: [`import${JSON.stringify(resolve(root, main))};`, ...lines].join("\n"), resolveDir: root },
    bundle: true,
    format: "esm",
    target: ["es2022"],
    minify: true,
    charset: "utf8",
    write: false,
    logLevel: "warning",
    plugins: [{
      name: "later",
      setup: ({ onResolve }) => onResolve({ filter: /^\.\// }, ({ path, resolveDir }) => (inside.has(resolve(resolveDir, path)) ? undefined : { path, external: true })),
    }],
  });
  return result.outputFiles[0].text;
}

/** Gathers the pieces (names of outputs; the first gives its name and is run if it is an entry) and returns the outputs as they are then. */
export async function gather(root, metafile, pieces) {
  const main = pieces[0];
  const folder = dirname(resolve(root, main));
  const places = new Map(pieces.map((piece, place) => [basename(piece), place]));
  const later = Object.keys(metafile.outputs).filter((name) => name.endsWith(".js") && !pieces.includes(name));
  // Each name tells of the content of all: what is fetched later names the whole, and the whole names it.
  const all = createHash("sha256").update(Object.keys(metafile.outputs).sort().join("\n")).digest("hex");
  const renamed = new Map([main, ...later].map((name) => [basename(name), fresh(basename(name), all)]));
  const whole = renamed.get(basename(main));
  for (const piece of pieces) if (metafile.outputs[piece].entryPoint) renamed.set(basename(piece), whole);
  const rename_ = (text) => text.replace(/\.\/([\w-]+\.js)"/g, (found, file) => (renamed.has(file) ? `./${renamed.get(file)}"` : found));
  const texts = new Map([[basename(main), await bundlePieces(root, metafile, pieces, main)]]);
  for (const name of later) texts.set(basename(name), takingFrom(whole, places, await readFile(resolve(root, name), "utf8")));
  for (const piece of pieces) await rm(resolve(root, piece));
  for (const [name, text] of texts) {
    if (name !== basename(main)) await rename(join(folder, name), join(folder, renamed.get(name)));
    await writeFile(join(folder, renamed.get(name)), rename_(text));
  }
  return outputsAfter(metafile, pieces, renamed);
}

function outputsAfter(metafile, pieces, renamed) {
  const inside = new Set(pieces);
  const named = (name) => name.slice(0, -basename(name).length) + (renamed.get(basename(name)) ?? basename(name));
  const whole = named(pieces[0]);
  const target = (name) => (inside.has(name) ? whole : named(name));
  const importsOf = (names) => {
    const found = names.flatMap((name) => metafile.outputs[name].imports).map((one) => (one.external ? one : { ...one, path: target(one.path) }));
    return [...new Map(found.filter((one) => one.path !== whole || !names.includes(pieces[0])).map((one) => [`${one.kind} ${one.path}`, one])).values()];
  };
  const outputs = {};
  for (const [name, output] of Object.entries(metafile.outputs)) {
    if (!inside.has(name)) outputs[named(name)] = { ...output, imports: importsOf([name]) };
  }
  const holds = pieces.map((name) => metafile.outputs[name].entryPoint).filter(Boolean);
  outputs[whole] = { ...metafile.outputs[pieces[0]], imports: importsOf(pieces), holds };
  return { ...metafile, outputs };
}

function fresh(name, all) {
  const hash = createHash("sha256").update(name + all).digest("hex").slice(0, 8).toUpperCase();
  return name.replace(/-[A-Z0-9]{8}\.js$/, `-${hash}.js`);
}
