/** The service worker: keeps the shell and dated copies of two reads. It never queues what is sent. */
/// <reference lib="webworker" />
import { COPIES, dated, isCopied } from "./lib/copies";

declare const SHELL: readonly string[];
declare const VERSION: string;
const worker = globalThis as unknown as ServiceWorkerGlobalScope;

const SHELL_CACHE = `huoqi-shell-${VERSION}`;
const ENDS_SESSION = /^\/v1\/(browser\/session|sessions(\/.*)?|sandbox\/personas\/.*)$/;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll([...SHELL])));
  void worker.skipWaiting();
});

worker.addEventListener("activate", (event) => {
  const isOld = (name: string) => name.startsWith("huoqi-shell-") && name !== SHELL_CACHE;
  // The browser asks for a page while the worker still starts, and says itself who opened it.
  event.waitUntil(worker.registration.navigationPreload?.enable());
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    // Another person may sit here next: what the former one saw is gone.
    if (ENDS_SESSION.test(url.pathname)) event.waitUntil(caches.delete(COPIES));
    return;
  }
  // A way back from the device maker's page signs somebody in.
  if (url.pathname.startsWith("/v1/oidc/")) event.waitUntil(caches.delete(COPIES));
  if (url.pathname.startsWith("/assets/")) event.respondWith(fromShell(request));
  else if (isCopied(url.pathname)) event.respondWith(withCopy(request));
  else if (request.mode === "navigate") {
    const isApp = !/^\/(console|dev|docs|v1)(\/|$)/.test(url.pathname);
    event.respondWith(isApp ? page(event) : asked(event));
  }
});

async function fromShell(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  // Chunks of screens join the shell as they are used; their names change with their content.
  if (answer.ok) await (await caches.open(SHELL_CACHE)).put(request, answer.clone());
  return answer;
}

/** Returns what the browser asked for by itself, else asks: never twice, since some addresses begin something. */
async function asked(event: FetchEvent): Promise<Response> {
  return ((await event.preloadResponse) as Response | undefined) ?? fetch(event.request);
}

async function page(event: FetchEvent): Promise<Response> {
  return asked(event).catch(async () => (await caches.match("/")) ?? Response.error());
}

async function withCopy(request: Request): Promise<Response> {
  const copies = await caches.open(COPIES);
  try {
    const answer = await fetch(request);
    if (answer.ok) await copies.put(request.url, dated(await answer.clone().blob()));
    else if (answer.status === 401) await caches.delete(COPIES);
    return answer;
  } catch {
    return (await copies.match(request.url)) ?? Response.error();
  }
}
