/** Answers of reads, kept in page memory: shown at once, asked again in the background. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Answer, fill, type GetPath, type Options } from "../api/client";
import { businessTimeOf, copyDate, queryOf, request } from "./http";
import { type Failure, isFailure, Problem } from "./problem";
import { lang } from "./settings";

interface Kept {
  answer: unknown;
}

const answers = new Map<string, Kept>();
const askers = new Map<string, Set<() => void>>();
/** Reads on their way: two parts of a screen that begin at once ask once. */
const asking = new Map<string, Promise<unknown>>();
const KEPT_MAX = 200;

export interface Loaded<T> {
  data: T | undefined;
  error: Failure | undefined;
  /** Set when the data is a dated copy or the last known answer: since when. */
  asOf: string | undefined;
  loading: boolean;
  reload: () => void;
}

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
  const kept = url === undefined ? undefined : answers.get(url);
  const [state, setState] = useState<{ url?: string | undefined; error?: Failure | undefined; version: number }>({ version: 0 });
  const current = useRef(url);
  current.current = url;

  const ask = useCallback((joins = false) => {
    if (url === undefined) return;
    const show = (error?: Failure) => {
      if (current.current === url) setState((old) => ({ url, error, version: old.version + 1 }));
    };
    (joins ? joined(url) : request<unknown>("GET", url)).then(
      (answer) => (keep(url, answer), show()),
      (error: unknown) => {
        if (!isFailure(error)) throw error;
        if (error instanceof Problem && (error.status === 401 || error.status === 403)) answers.delete(url);
        show(error);
      },
    );
  }, [url]);

  useEffect(() => {
    if (url === undefined) return undefined;
    ask(true);
    const again = () => ask();
    const set = askers.get(url) ?? new Set();
    askers.set(url, set.add(again));
    const stop = lang.watch(again);
    return () => (set.delete(again), stop());
  }, [url, ask]);

  const error = state.url === url ? state.error : undefined;
  const data = kept?.answer as T | undefined;
  const asOf = copyDate(data) ?? (error && kept ? businessTimeOf(data) : undefined);
  return { data, error, asOf, loading: url !== undefined && data === undefined && !error, reload: () => ask() };
}

/** Asks again for every shown answer whose address starts so, and forgets the others. */
export function refresh(...prefixes: string[]): void {
  const meant = (url: string) => prefixes.length === 0 || prefixes.some((prefix) => url.startsWith(prefix));
  for (const url of [...answers.keys()]) if (meant(url) && !askers.get(url)?.size) answers.delete(url);
  for (const [url, set] of askers) if (meant(url)) for (const ask of [...set]) ask();
}

/** Calls back whenever what stands under an address may have changed; for lists kept elsewhere. */
export function onRefresh(url: string, ask: () => void): () => void {
  const set = askers.get(url) ?? new Set();
  askers.set(url, set.add(ask));
  return () => set.delete(ask);
}

/** Forgets everything; called at each sign-in and sign-out. */
export function forgetAll(): void {
  answers.clear();
}

/** Returns the answer of a read that is on its way, else of a new one. */
function joined(url: string): Promise<unknown> {
  const known = asking.get(url);
  if (known) return known;
  const asked = request<unknown>("GET", url).finally(() => asking.delete(url));
  asking.set(url, asked);
  return asked;
}

function keep(url: string, answer: unknown): void {
  answers.delete(url);
  answers.set(url, { answer });
  for (const old of answers.keys()) {
    if (answers.size <= KEPT_MAX) break;
    answers.delete(old);
  }
}
