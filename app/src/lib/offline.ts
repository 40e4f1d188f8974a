/** Registers the service worker that keeps the shell and dated copies of the last read answers. */

export function registerCopies(): void {
  if (!("serviceWorker" in navigator)) return;
  window.addEventListener("load", () => {
    // Without it the app works as before, only not offline.
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  });
}
