/** A small router over the history API: lazy screens, focus on the new heading, scroll restored. */
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { entryGet, entrySet } from "./entry";
import { endFirst } from "./first";
import { State, useValue } from "./state";

export type Params = Readonly<Record<string, string>>;
export interface ScreenProps {
  params: Params;
}
export type Screen = ComponentType<ScreenProps>;
export interface Route {
  /** `/orders/:id`; written from the root, also in the console: `/console/orders`. */
  path: string;
  load: () => Promise<Screen>;
}

interface Place {
  path: string;
  search: string;
  /** Counts navigations, so that the same address taken twice is a new visit. */
  visit: number;
}

const here = new State<Place>({ path: location.pathname, search: location.search, visit: 0 });
const loaded = new Map<Route, Screen>();
let headingTakesFocus = false;
let scrollRest: ReturnType<typeof setTimeout> | undefined;
let table: readonly Route[] = [];

/** Goes to an address of this entry. `replace` where "back" must not return to this screen. */
export function navigate(to: string, how: { replace?: boolean } = {}): void {
  const url = new URL(to, location.href);
  if (!find(url.pathname)) return void location.assign(url);
  if (how.replace) history.replaceState({}, "", url);
  else {
    entrySet("scroll", window.scrollY);
    history.pushState({ inside: true }, "", url);
  }
  arrive();
}

/** Goes back if the former screen was ours, else to the given address. */
export function goBack(fallback: string): void {
  if (entryGet("inside")) history.back();
  else navigate(fallback, { replace: true });
}

/** Returns the query of the address; changes with it. */
export function useQuery(): URLSearchParams {
  return new URLSearchParams(useValue(here).search);
}

/** Puts values into the query of the address without a new visit; empty values are left out. */
export function setQuery(values: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const search = query.size ? `?${query}` : "";
  history.replaceState(history.state, "", location.pathname + search);
  here.set({ ...here.value, search });
}

export function usePath(): string {
  return useValue(here).path;
}

/** Tells the heading of a new screen, once, to take the focus. */
export function takeHeadingFocus(): boolean {
  const takes = headingTakesFocus;
  headingTakesFocus = false;
  return takes;
}

interface RouterProps {
  routes: readonly Route[];
  loading: VNode;
  missing: VNode;
  failed: (retry: () => void) => VNode;
}

/** Shows the screen of the address. */
export function Router({ routes, loading, missing, failed }: RouterProps): VNode {
  table = routes;
  const place = useValue(here);
  const match = find(place.path);
  const [, draw] = useState(0);
  const [fault, setFault] = useState<Route>();
  useEffect(start, []);
  const route = match?.route;
  const isDrawn = route !== undefined && loaded.has(route);
  useEffect(() => {
    // Asked by what was drawn: the code may have come between drawing and here.
    if (!route || isDrawn) return;
    setFault(undefined);
    fetchScreen(route).then(() => draw((n) => n + 1), () => setFault(route));
  }, [route, fault === undefined]);
  useEffect(() => restoreScroll(), [place.visit, isDrawn]);
  if (!match || !route) return missing;
  const Page = loaded.get(route);
  if (Page) return <Page key={`${place.path}#${place.visit}`} params={match.params} />;
  return fault === route ? failed(() => setFault(undefined)) : loading;
}

/** Fetches the code of a screen before it is asked for; ends when it is there, or will not come. */
export async function preload(path: string, routes: readonly Route[] = table): Promise<void> {
  const route = find(path, routes)?.route;
  if (route) await fetchScreen(route).catch(() => undefined);
}

async function fetchScreen(route: Route): Promise<void> {
  if (!loaded.has(route)) loaded.set(route, await route.load());
}

/** Returns the route of a path with its parameters; the first that fits wins. */
export function find(path: string, routes: readonly Route[] = table): { route: Route; params: Params } | undefined {
  const parts = split(path);
  for (const route of routes) {
    const pattern = split(route.path);
    if (pattern.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((part, i) => {
      const value = parts[i] ?? "";
      if (!part.startsWith(":")) return part === value;
      params[part.slice(1)] = decodeURIComponent(value);
      return true;
    });
    if (fits) return { route, params };
  }
  return undefined;
}

function split(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function arrive(): void {
  endFirst();
  headingTakesFocus = true;
  clearTimeout(scrollRest);
  here.set({ path: location.pathname, search: location.search, visit: here.value.visit + 1 });
}

function start(): () => void {
  history.scrollRestoration = "manual";
  const click = (event: MouseEvent) => {
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !isPlainClick(event, link)) return;
    event.preventDefault();
    navigate(link.href, { replace: link.dataset["replace"] !== undefined });
  };
  // Browsers limit how often an entry may be written, so it is once the scrolling rests.
  const save = () => {
    clearTimeout(scrollRest);
    scrollRest = setTimeout(() => entrySet("scroll", window.scrollY), 150);
  };
  document.addEventListener("click", click);
  window.addEventListener("popstate", arrive);
  window.addEventListener("scroll", save, { passive: true });
  return () => {
    document.removeEventListener("click", click);
    window.removeEventListener("popstate", arrive);
    window.removeEventListener("scroll", save);
    clearTimeout(scrollRest);
  };
}

function isPlainClick(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const modified = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (event.defaultPrevented || modified) return false;
  return !link.target && !link.hasAttribute("download") && isOurs(new URL(link.href));
}

function isOurs(url: URL): boolean {
  const isSamePage = url.hash !== "" && url.pathname === location.pathname;
  return url.origin === location.origin && !isSamePage && find(url.pathname) !== undefined;
}

function restoreScroll(): void {
  const target = entryGet<number>("scroll") ?? 0;
  let frames = 0;
  const step = () => {
    window.scrollTo(0, target);
    // The list may still be loading: try for about a second, then leave it.
    if (Math.abs(window.scrollY - target) > 1 && ++frames < 60) requestAnimationFrame(step);
  };
  step();
}
