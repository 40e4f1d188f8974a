/** Long lists by cursor: pages are fetched ahead of the reader and stay in the page's memory. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isFirst, takeFirst } from "./first";
import { queryOf, request } from "./http";
import { type Failure, isFailure } from "./problem";
import { onRefresh } from "./store";

interface PageOf<T> {
  data: readonly T[];
  next_cursor: string | null;
}

interface List<T> {
  url: string | undefined;
  rows: readonly T[];
  /** The whole newest page: some carry more than rows. */
  page: object | undefined;
  cursor: string | null;
  error: Failure | undefined;
  /** Something changed further up than the reader may be: shown as an offer to load anew. */
  isOld: boolean;
}

export interface Paged<T> extends List<T> {
  loading: boolean;
  /** Fetches the next page, if there is one; called again while one is fetched it does nothing. */
  next: () => void;
  reload: () => void;
}

const EMPTY = { rows: [], page: undefined, cursor: null, error: undefined, isOld: false };
export const PAGE_ROWS = 200;

/** Returns the list after one more page, or before the first. */
function listOf<T>(url: string | undefined, page: PageOf<T> | undefined, before: readonly T[] = []): List<T> {
  return page ? { ...EMPTY, url, page, rows: [...before, ...page.data], cursor: page.next_cursor } : { ...EMPTY, url };
}

/** Reads a list page by page; other filters begin anew, with the old rows shown until then. */
export function usePages<T>(path: string | undefined, query: object = {}, rows: number = PAGE_ROWS): Paged<T> {
  const url = path === undefined ? undefined : path + queryOf({ ...query, limit: rows });
  const [list, setList] = useState<List<T>>(() => listOf<T>(url, url === undefined ? undefined : (takeFirst(url) as PageOf<T> | undefined)));
  const busy = useRef<AbortController | undefined>(undefined);
  const latest = useRef(list);
  latest.current = list;

  const fetchPage = useCallback((cursor: string | null) => {
    if (url === undefined || path === undefined) return;
    const control = new AbortController();
    busy.current?.abort();
    busy.current = control;
    request<PageOf<T>>("GET", path, { query: { ...query, limit: rows, cursor }, signal: control.signal }).then(
      (page) => {
        if (busy.current !== control) return;
        busy.current = undefined;
        setList((old) => listOf(url, page, cursor === null ? [] : old.rows));
      },
      (error: unknown) => {
        if (control.signal.aborted || busy.current !== control) return;
        busy.current = undefined;
        if (!isFailure(error)) throw error;
        setList((old) => ({ ...(cursor === null && old.url !== url ? EMPTY : old), url, error }));
      },
    );
  }, [url]);

  useEffect(() => {
    if (latest.current.url !== url || !isFirst(latest.current.page)) fetchPage(null);
    if (url === undefined) return undefined;
    const stop = onRefresh(url, () => {
      if (latest.current.rows.length <= rows) fetchPage(null);
      else setList((old) => ({ ...old, isOld: true }));
    });
    return () => (stop(), busy.current?.abort(), (busy.current = undefined));
  }, [fetchPage]);

  const next = () => {
    const { cursor, url: listed, error } = latest.current;
    if (listed === url && cursor !== null && !error && !busy.current) fetchPage(cursor);
  };
  return { ...list, loading: url !== undefined && list.page === undefined && !list.error, next, reload: () => fetchPage(null) };
}
