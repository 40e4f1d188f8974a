// Writes src/api/schema.d.ts from the API's committed description.
import { readFile, writeFile } from "node:fs/promises";
import openapi, { astToString } from "openapi-typescript";

const source = new URL("../../docs/reference/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);

export async function writeTypes() {
  const description = JSON.parse(await readFile(source, "utf8"));
  const text = astToString(await openapi(description));
  const old = await readFile(target, "utf8").catch(() => "");
  if (old !== text) await writeFile(target, text);
}

if (process.argv[1]?.endsWith("types.mjs")) await writeTypes();
