/** Answers of reads, kept in page memory: shown at once, asked again in the background.
 *
 * What was asked later counts, in whatever order answers come; what was asked before a write and has
 * no reader any more, or by the person who sat here before, is never kept.
 */
import { useEffect, useState } from "preact/hooks";
import { type Answer, fill, type GetPath, type Options } from "../api/client";
import { isFirst, takeFirst } from "./first";
import { onForget } from "./forget";
import { businessTimeOf, copyDate, queryOf, request } from "./http";
import { type Failure, isFailure, Problem } from "./problem";
import { lang } from "./settings";

type Told = (failure?: Failure) => void;

interface Asked {
  turn: number;
  isOld: boolean;
}

const answers = new Map<string, { answer: unknown; turn: number }>();
const readers = new Map<string, Set<Told>>();
const lists = new Map<string, Set<() => void>>();
/** The newest question about each address: two parts of a screen that begin at once ask once. */
const asking = new Map<string, Asked>();
let turns = 0;
/** What was asked before this turn, somebody else asked. */
let firstTurn = 0;
const KEPT_MAX = 200;

export interface Loaded<T> {
  data: T | undefined;
  error: Failure | undefined;
  /** Set when the data is a dated copy or the last known answer: since when. */
  asOf: string | undefined;
  loading: boolean;
  reload: () => void;
}

// What the server says, it says in the language of the page.
lang.watch(() => refresh());

/** Reads a path and keeps the screen up to date; `undefined` as path reads nothing yet. */
export function useGet<P extends GetPath>(
  path: P | undefined,
  options?: Pick<Options<P, "get">, "path" | Extract<"query", keyof Options<P, "get">>>,
): Loaded<Answer<P, "get">> {
  const parts = (options ?? {}) as { path?: Record<string, string>; query?: object };
  const url = path === undefined ? undefined : fill(path, parts.path) + queryOf(parts.query);
  return useRead<Answer<P, "get">>(url);
}

/** Reads an address without a type of its own, as long as the API's description lacks it. */
export function useRead<T>(url: string | undefined): Loaded<T> {
  const [told, setTold] = useState<{ url: string | undefined; error: Failure | undefined }>({ url: undefined, error: undefined });
  useEffect(() => (url === undefined ? undefined : read(url, (error) => setTold({ url, error }))), [url]);
  const error = told.url === url ? told.error : undefined;
  const data = (url === undefined ? undefined : answerOf(url)) as T | undefined;
  const asOf = copyDate(data) ?? (error && businessTimeOf(data));
  return { data, error, asOf, loading: url !== undefined && data === undefined && !error, reload: () => url !== undefined && askAgain(url) };
}

export function answerOf(url: string): unknown {
  const first = answers.has(url) ? undefined : takeFirst(url);
  if (first) answers.set(url, { answer: first, turn: ++turns });
  return answers.get(url)?.answer;
}

/** Asks for an address and tells the reader each time its answer, or want of one, is a new one. */
export function read(url: string, told: Told): () => void {
  const stop = join(readers, url, told);
  if (!isFirst(answerOf(url))) ask(url);
  return stop;
}

/** Asks again, also if the same is on its way: that one may have been overtaken by a change. */
export function askAgain(url: string): void {
  asking.delete(url);
  ask(url);
}

/** Asks again for every shown answer whose address starts so, and forgets the others. */
export function refresh(...prefixes: string[]): void {
  const meant = (url: string) => prefixes.length === 0 || prefixes.some((prefix) => url.startsWith(prefix));
  for (const url of new Set([...answers.keys(), ...asking.keys(), ...readers.keys()])) {
    if (!meant(url)) continue;
    if (readers.has(url)) askAgain(url);
    else forget(url);
  }
  for (const [url, all] of lists) if (meant(url)) for (const again of [...all]) again();
}

/** Calls back whenever what stands under an address may have changed; for lists kept elsewhere. */
export function onRefresh(url: string, again: () => void): () => void {
  return join(lists, url, again);
}

onForget(() => {
  firstTurn = turns + 1;
  asking.clear();
  answers.clear();
});

function join<T>(all: Map<string, Set<T>>, url: string, one: T): () => void {
  all.set(url, (all.get(url) ?? new Set()).add(one));
  return () => {
    const set = all.get(url);
    if (set?.delete(one) && set.size === 0) all.delete(url);
  };
}

function ask(url: string): void {
  if (asking.has(url)) return;
  const asked: Asked = { turn: ++turns, isOld: false };
  asking.set(url, asked);
  request<unknown>("GET", url).then(
    (answer) => counts(url, asked) && keep(url, answer, asked.turn),
    (error: unknown) => {
      if (!isFailure(error)) throw error;
      // A later question is on its way: what comes of that one is told.
      if (!counts(url, asked) || asking.has(url)) return;
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) answers.delete(url);
      tell(url, error);
    },
  );
}

/** Tells whether what came of a question is still wanted; asks anew for those who wait for it. */
function counts(url: string, asked: Asked): boolean {
  if (asking.get(url) === asked) asking.delete(url);
  const known = answers.get(url);
  if (!asked.isOld && asked.turn >= firstTurn) return known === undefined || known.turn < asked.turn;
  if (known === undefined && readers.has(url)) ask(url);
  return false;
}

function keep(url: string, answer: unknown, turn: number): void {
  answers.delete(url);
  answers.set(url, { answer, turn });
  for (const old of answers.keys()) {
    if (answers.size <= KEPT_MAX) break;
    if (!readers.has(old)) answers.delete(old);
  }
  tell(url);
}

function tell(url: string, failure?: Failure): void {
  for (const told of [...(readers.get(url) ?? [])]) told(failure);
}

function forget(url: string): void {
  const asked = asking.get(url);
  if (asked) asked.isOld = true;
  asking.delete(url);
  answers.delete(url);
}
