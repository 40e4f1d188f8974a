/** Takes a day's evidence pack from the server and compares it with the hash that was told of it. */
import { NoAnswer, problemOf } from "../../lib/problem";

export interface Pack {
  name: string;
  content: Blob;
  lines: number;
  bytes: number;
  /** SHA-256 of what arrived; undefined where this page may not hash (plain HTTP to another host). */
  sha256: string | undefined;
  told: string;
  /** What the server's own check of the pack found. */
  faults: number;
}

export async function takePack(on: string): Promise<Pack> {
  const response = await fetch(`/v1/closes/${on}/evidence`, { credentials: "same-origin", cache: "no-store", headers: { "Huoqi-Client": "browser" } }).catch(() => undefined);
  if (!response) throw new NoAnswer();
  if (!response.ok) throw await problemOf(response);
  const bytes = await response.arrayBuffer().catch(() => undefined);
  if (!bytes) throw new NoAnswer();
  return {
    name: `huoqi-evidence-${on}.txt`,
    content: new Blob([bytes], { type: "text/plain" }),
    lines: linesIn(new Uint8Array(bytes)),
    bytes: bytes.byteLength,
    sha256: await hexOf(bytes),
    told: response.headers.get("Huoqi-File-Sha256") ?? "",
    faults: Number(response.headers.get("Huoqi-Evidence-Faults") ?? "0"),
  };
}

export function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count += 1;
  return count;
}

async function hexOf(bytes: ArrayBuffer): Promise<string | undefined> {
  // Absent outside a secure context, whatever its type says.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) return undefined;
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Hands a pack to the person as a file. */
export function save(pack: Pack): void {
  const address = URL.createObjectURL(pack.content);
  const link = document.createElement("a");
  link.href = address;
  link.download = pack.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
