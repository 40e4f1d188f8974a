/** What belongs to one entry of the browser's history: lives through a reload, ends with the entry. */

type Stored = Record<string, unknown>;

function stored(): Stored {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null ? (state as Stored) : {};
}

export function entryGet<T>(name: string): T | undefined {
  return stored()[name] as T | undefined;
}

/** Keeps a value with this entry; undefined removes it. No names, numbers of cards or identity cards. */
export function entrySet(name: string, value: unknown): void {
  const next = { ...stored(), [name]: value };
  if (value === undefined) delete next[name];
  history.replaceState(next, "");
}
