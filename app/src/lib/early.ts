/** Answers that were asked for before the app was there; each is good once, and only at the start. */
export type Early = Partial<Record<string, Promise<Response | undefined>>>;

declare global {
  var huoqiEarly: Early | undefined;
}

/** Returns the answer that is on its way, or undefined if it was not asked for, or taken before. */
export async function takeEarly(method: string, url: string): Promise<Response | undefined> {
  const asked = method === "GET" ? globalThis.huoqiEarly?.[url] : undefined;
  if (!asked) return undefined;
  delete globalThis.huoqiEarly?.[url];
  return asked.catch(() => undefined);
}
