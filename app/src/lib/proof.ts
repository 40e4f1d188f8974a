/**
 * Checks a proof of a balance from its bytes alone, as `huoqi proof verify` does: the way from the
 * holder's leaf to the root, and the three signatures under the statement that names the root.
 */
const HEAD = "huoqi-proof-v1\n";
const STATEMENT = "huoqi-close-v1\n";
const ARITY = 4n;
/** Head, statement, three keys with signatures, leaf and position. */
const LEAST_BYTES = 465;

/** What the file says of the holder and the day; true only as far as the steps hold. */
export interface Proof {
  fund: string;
  on: string;
  account: string;
  units: string;
  incomeFen: string;
  holders: string;
  root: string;
  levels: number;
}

/** What is looked at, in this order. */
export const STEPS = ["form", "day", "keys", "platform", "fund_manager", "custodian", "path", "list"] as const;
export type StepName = (typeof STEPS)[number];

/** What others published, to compare with; what is undefined is not compared. */
export interface Known {
  keys?: readonly string[] | undefined;
  on?: string | undefined;
  /** The day's root in the public list. */
  root?: string | undefined;
}

export interface Checked {
  proof: Proof | undefined;
  /** True, false, or undefined where there was nothing to compare with. */
  steps: Partial<Record<StepName, boolean | undefined>>;
}

interface Parts {
  statement: Uint8Array<ArrayBuffer>;
  signed: { key: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> }[];
  leaf: Uint8Array<ArrayBuffer>;
  position: bigint;
  siblings: Uint8Array<ArrayBuffer>[];
}

/** Tells whether nothing speaks against a proof. */
export function holds({ steps }: Checked): boolean {
  return Object.values(steps).every((ok) => ok !== false);
}

/** Returns what a proof shows, and each step of looking at it. */
export async function checkProof(content: Uint8Array<ArrayBuffer>, known: Known): Promise<Checked> {
  const parts = partsOf(content);
  if (!parts) return { proof: undefined, steps: { form: false } };
  const proof = proofOf(parts);
  const { statement, signed, position } = parts;
  const keys = signed.map(({ key }) => hex(key)).join();
  const [platform, manager, custodian] = await Promise.all(signed.map(({ key, signature }) => isSigned(key, signature, statement)));
  const isInside = position < BigInt(proof.holders) && BigInt(proof.units) >= 0n;
  return {
    proof,
    steps: {
      form: true,
      day: same(proof.on, known.on),
      keys: same(keys, known.keys?.join()),
      platform,
      fund_manager: manager,
      custodian,
      path: isInside && hex(await climbed(parts)) === proof.root,
      list: same(proof.root, known.root),
    },
  };
}

function same(found: string, wanted: string | undefined): boolean | undefined {
  return wanted === undefined ? undefined : found === wanted;
}

function proofOf({ statement, leaf, siblings }: Parts): Proof {
  const day = number(statement.slice(15, 19)).toString();
  return {
    fund: text(statement.slice(19, 25)),
    on: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
    account: number(leaf.slice(0, 8)).toString(),
    units: signedNumber(leaf.slice(8, 16)).toString(),
    incomeFen: signedNumber(leaf.slice(16, 24)).toString(),
    holders: number(statement.slice(57, 65)).toString(),
    root: hex(statement.slice(25, 57)),
    levels: siblings.length / 3,
  };
}

/** Returns the parts of a file, or undefined when it is no proof. */
function partsOf(content: Uint8Array<ArrayBuffer>): Parts | undefined {
  if (content.length < LEAST_BYTES) return undefined;
  let at = 0;
  const next = (count: number) => content.slice(at, (at += count));
  const head = text(next(HEAD.length));
  const statement = next(113);
  const signed = [0, 1, 2].map(() => ({ key: next(32), signature: next(64) }));
  const leaf = next(41);
  const position = number(next(8));
  const isOfIt = head === HEAD && text(statement.slice(0, STATEMENT.length)) === STATEMENT && (leaf[24] ?? 2) <= 1;
  if (!isOfIt) return undefined;
  const siblings: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 1n; size < number(statement.slice(57, 65)); size *= ARITY) siblings.push(next(32), next(32), next(32));
  if (at !== content.length) return undefined;
  return { statement, signed, leaf, position, siblings };
}

async function climbed({ statement, leaf, position, siblings }: Parts): Promise<Uint8Array<ArrayBuffer>> {
  let hashed = await sha256(concat([Uint8Array.of(0), statement.slice(15, 25), leaf]));
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

/** Returns undefined where the browser cannot check this kind of signature. */
async function isSigned(key: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>): Promise<boolean | undefined> {
  try {
    const known = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, signature, content);
  } catch (error) {
    // NotSupportedError: this browser has no Ed25519; anything else: the bytes are no key.
    return error instanceof DOMException && error.name === "NotSupportedError" ? undefined : false;
  }
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
