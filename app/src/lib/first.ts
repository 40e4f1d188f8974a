/** The answers that came inside of the page: what its screen reads first. Each is good once, at the start.
 *
 * "The start" ends with the next screen, with whatever the page changes (who was nobody may have
 * signed in since), and after a while.
 */
const START_MS = 10_000;
const WHO = "/v1/browser";
const began = performance.now();
const texts = new Map<string, string>();
const taken = new Set<string>();
const given = new WeakSet<object>();
let isOver = false;

if (typeof document !== "undefined") for (const block of document.querySelectorAll<HTMLScriptElement>("script[data-first]")) {
  texts.set(block.dataset["first"] ?? "", block.text);
  block.remove();
}

/** Ends the start: nothing that came with the page counts any more. */
export function endFirst(): void {
  isOver = true;
  texts.clear();
}

/** Returns the answer that came with the page for an address, once. */
export function takeFirst(url: string): object | undefined {
  if (!isStart() || taken.has(url)) return undefined;
  const text = texts.get(url);
  if (text === undefined) return undefined;
  taken.add(url);
  const answer = JSON.parse(text, url === WHO ? plain : undefined) as object;
  given.add(answer);
  return answer;
}

/** Tells whether an answer came with the page and need not be asked for again yet. */
export function isFirst(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && given.has(answer) && isStart();
}

/** Returns what came with the page, as it came, by address. */
export function firstTexts(): ReadonlyMap<string, string> {
  return texts;
}

function isStart(): boolean {
  if (performance.now() - began > START_MS) endFirst();
  return !isOver;
}

/** Takes the mask off the proofs against forged requests, which no two pages carry alike. */
function plain(name: string, value: unknown): unknown {
  return name === "csrf" && typeof value === "string" ? unmasked(value) : value;
}

/** Returns what stands under a mask of random digits, which come first. */
export function unmasked(text: string): string {
  const half = text.length / 2;
  if (half === 0) return "";
  return (BigInt(`0x${text.slice(0, half)}`) ^ BigInt(`0x${text.slice(half)}`)).toString(16).padStart(half, "0");
}
