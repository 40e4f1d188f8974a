/**
 * Checks a proof of a balance from its bytes alone, as `huoqi proof verify` does: the way from the
 * holder's leaf to the root, and the three signatures under the statement that names the root.
 */
const HEAD = "huoqi-proof-v1\n";
const STATEMENT = "huoqi-close-v1\n";
const ARITY = 4n;

export interface Proof {
  fund: string;
  on: string;
  account: string;
  units: string;
  incomeFen: string;
  holders: string;
  root: string;
  keys: readonly string[];
}

export type Fault = "format" | "signature" | "key" | "root";

export class ProofInvalid extends Error {
  override readonly name = "ProofInvalid";

  constructor(readonly fault: Fault) {
    super(fault);
  }
}

interface Parts {
  statement: Uint8Array<ArrayBuffer>;
  signed: { key: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> }[];
  leaf: Uint8Array<ArrayBuffer>;
  position: bigint;
  siblings: Uint8Array<ArrayBuffer>[];
}

/** Returns what a proof shows, or throws ProofInvalid; `published` are the signers' keys in hex. */
export async function verifyProof(content: Uint8Array<ArrayBuffer>, published: readonly string[]): Promise<Proof> {
  const parts = partsOf(content);
  const keys = parts.signed.map(({ key }) => hex(key));
  if (keys.join() !== published.join()) throw new ProofInvalid("key");
  for (const { key, signature } of parts.signed)
    if (!(await isSigned(key, signature, parts.statement))) throw new ProofInvalid("signature");
  const { statement, leaf } = parts;
  const hashed = await sha256(concat([Uint8Array.of(0), statement.slice(15, 25), leaf]));
  const root = statement.slice(25, 57);
  const isInside = parts.position < number(statement.slice(57, 65)) && signedNumber(leaf.slice(8, 16)) >= 0n;
  if (!isInside || hex(await climbed(hashed, parts)) !== hex(root)) throw new ProofInvalid("root");
  const day = number(statement.slice(15, 19)).toString();
  return {
    fund: text(statement.slice(19, 25)),
    on: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
    account: number(leaf.slice(0, 8)).toString(),
    units: signedNumber(leaf.slice(8, 16)).toString(),
    incomeFen: signedNumber(leaf.slice(16, 24)).toString(),
    holders: number(statement.slice(57, 65)).toString(),
    root: hex(root),
    keys,
  };
}

function partsOf(content: Uint8Array<ArrayBuffer>): Parts {
  let at = 0;
  const next = (count: number) => {
    const found = content.slice(at, at + count);
    at += count;
    if (found.length !== count) throw new ProofInvalid("format");
    return found;
  };
  if (text(next(HEAD.length)) !== HEAD) throw new ProofInvalid("format");
  const statement = next(113);
  if (text(statement.slice(0, STATEMENT.length)) !== STATEMENT) throw new ProofInvalid("format");
  const signed = [0, 1, 2].map(() => ({ key: next(32), signature: next(64) }));
  const leaf = next(41);
  if ((leaf[24] ?? 2) > 1) throw new ProofInvalid("format");
  const position = number(next(8));
  const siblings: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 1n; size < number(statement.slice(57, 65)); size *= ARITY) siblings.push(next(32), next(32), next(32));
  if (at !== content.length) throw new ProofInvalid("format");
  return { statement, signed, leaf, position, siblings };
}

async function climbed(leaf: Uint8Array<ArrayBuffer>, { position, siblings }: Parts): Promise<Uint8Array<ArrayBuffer>> {
  let hashed = leaf;
  let place = position;
  for (let first = 0; first < siblings.length; first += 3) {
    const family = siblings.slice(first, first + 3);
    let before = 0;
    while (BigInt(before) < place % ARITY) before += 1;
    family.splice(before, 0, hashed);
    hashed = await sha256(concat([Uint8Array.of(1), ...family]));
    place /= ARITY;
  }
  return hashed;
}

async function isSigned(key: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const known = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", known, signature, content);
}

async function sha256(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content));
}

function concat(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function hex(bytes: Uint8Array<ArrayBuffer>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function number(bytes: Uint8Array<ArrayBuffer>): bigint {
  return BigInt(`0x${hex(bytes)}`);
}

function signedNumber(bytes: Uint8Array<ArrayBuffer>): bigint {
  return BigInt.asIntN(64, number(bytes));
}

function text(bytes: Uint8Array<ArrayBuffer>): string {
  return String.fromCharCode(...bytes);
}
