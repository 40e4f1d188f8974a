/** Registers the service worker that keeps the shell and dated copies of the last read answers. */
import { COPIES, dated, isCopied } from "./copies";
import { firstTexts } from "./first";

/** How long after the page the manifest is fetched. */
const MANIFEST_AFTER_MS = 1_000;

export function registerCopies(): void {
  window.addEventListener("load", () => {
    setTimeout(nameManifest, MANIFEST_AFTER_MS);
    if (!("serviceWorker" in navigator)) return;
    // Without it the app works as before, only not offline.
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
    keepFirst().catch(() => undefined);
  });
}

/** Keeps copies of what came inside of the page; the worker sees only what is asked for later. */
async function keepFirst(): Promise<void> {
  const copies = await caches.open(COPIES);
  // None is left if the page changed something meanwhile: somebody else may sit here now.
  await Promise.all([...firstTexts()].filter(([url]) => isCopied(url)).map(([url, text]) => copies.put(url, dated(text))));
}

/** What a phone shows of the installed app; nobody installs it before it is there. */
function nameManifest(): void {
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = "/manifest.webmanifest";
  document.head.append(link);
}
