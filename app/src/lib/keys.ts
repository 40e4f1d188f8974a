/** One key for one attempt: whatever is tapped, reloaded or lost, an order is made once. */
import { entryGet, entrySet } from "./entry";
import { onForget } from "./forget";
import { isFailure, Problem, Unanswered } from "./problem";

interface Kept {
  key: string;
  /** The body in one fixed spelling, so that the same content is known again. */
  body: string;
}

const running = new Map<string, Promise<unknown>>();
/** What waits for its answer in this page: known also after "back", to another entry. */
const open = new Map<string, Kept>();
/** Keys of attempts whose outcome is known: an entry that was left meanwhile waits for them no more. */
const settled = new Set<string>();

/** Where attempts are kept; the history entry in a browser, a plain map in tests. */
export interface Shelf {
  get(name: string): Kept | undefined;
  set(name: string, kept: Kept | undefined): void;
}

const ENTRY: Shelf = {
  get: (name) => {
    const kept = open.get(name) ?? entryGet<Kept>(`attempt:${name}`);
    return kept && !settled.has(kept.key) ? kept : undefined;
  },
  set: (name, kept) => {
    const before = open.get(name);
    if (kept) open.set(name, kept);
    else {
      open.delete(name);
      if (before) settled.add(before.key);
    }
    entrySet(`attempt:${name}`, kept);
  },
};
onForget(() => open.clear());

/** Sends a money request once.
 *
 * A second call while the first one runs gets the first one's answer. The key is kept with the
 * history entry until the server has decided, so a reload repeats the same request. Other content
 * while an attempt waits for its answer is refused with `Unanswered`: the earlier one goes first.
 */
export async function once<B, T>(
  name: string,
  body: B,
  send: (key: string, body: B) => Promise<T>,
  shelf: Shelf = ENTRY,
): Promise<T> {
  const spelled = canonical(body);
  const earlier = shelf.get(name);
  if (earlier && earlier.body !== spelled) throw new Unanswered(JSON.parse(earlier.body));
  const busy = running.get(name);
  if (busy) return busy as Promise<T>;
  const kept = earlier ?? { key: crypto.randomUUID(), body: spelled };
  shelf.set(name, kept);
  const attempt = answered(send(kept.key, body), () => shelf.set(name, undefined));
  running.set(name, attempt);
  try {
    return await attempt;
  } finally {
    running.delete(name);
  }
}

/** Returns the body of an attempt that still waits for its answer, for "check again". */
export function waiting<B>(name: string, shelf: Shelf = ENTRY): B | undefined {
  const kept = shelf.get(name);
  return kept ? (JSON.parse(kept.body) as B) : undefined;
}

/** Forgets a settled attempt, when the screen has learnt its outcome otherwise. */
export function settle(name: string, shelf: Shelf = ENTRY): void {
  shelf.set(name, undefined);
}

/** Returns JSON with the fields in one order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

async function answered<T>(sending: Promise<T>, forget: () => void): Promise<T> {
  try {
    const answer = await sending;
    forget();
    return answer;
  } catch (error) {
    if (error instanceof Problem && error.isFinal) forget();
    else if (!isFailure(error)) forget();
    else if (error.name === "Offline") forget();
    throw error;
  }
}
