/** The dated copies of reads that are shown without a network. */
export const COPIES = "huoqi-copies";

/** Tells which answers are kept: no names, phones or cards are in these. */
export function isCopied(path: string): boolean {
  return /^\/v1\/(holdings|funds|proof-keys|seals)([/?]|$)/.test(path);
}

/** Returns an answer as it is kept: with the time. */
export function dated(body: BodyInit): Response {
  return new Response(body, { headers: { "Content-Type": "application/json", "Huoqi-Copy-At": new Date().toISOString() } });
}
