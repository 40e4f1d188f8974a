/** Answers that were asked for before the app was there; each is good once, and only at the start.
 *
 * "The start" ends with whatever the page changes: who was nobody may have signed in since. An answer
 * that the app was too early for would otherwise lie here and be taken for a fresh one later.
 */
export type Early = Partial<Record<string, Promise<Response | undefined>>>;

declare global {
  var huoqiEarly: Early | undefined;
}

/** After this long on a page nothing is early any more. */
const START_MS = 10_000;
let isOver = false;

function endEarly(): void {
  isOver = true;
  delete globalThis.huoqiEarly;
}

/** Returns the answer that is on its way, or undefined if it was not asked for, or taken before. */
export async function takeEarly(method: string, url: string): Promise<Response | undefined> {
  if (method !== "GET" || performance.now() > START_MS) endEarly();
  const asked = isOver ? undefined : globalThis.huoqiEarly?.[url];
  if (!asked) return undefined;
  delete globalThis.huoqiEarly?.[url];
  return asked.catch(() => undefined);
}
