/** Keys of the whole console: "/" goes to the search, j and k walk through the table. */
import { useLayoutEffect } from "preact/hooks";
import { navigate } from "../lib/router";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, [contenteditable], dialog") !== null;
}

/** Puts the focus into the page's search field; without one, opens the search for orders. */
function search(): void {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  if (field) field.focus();
  else navigate("/console/orders");
}

function walk(key: string): void {
  const table = document.querySelector<HTMLElement>("main .vtable");
  if (!table || table === document.activeElement) return;
  table.focus({ preventScroll: true });
  table.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}

export function useConsoleKeys(): void {
  // As soon as the frame is there: an effect after the drawing would miss the first key.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !event.isTrusted) return;
      if (event.key === "/") {
        event.preventDefault();
        search();
      } else if (event.key === "j" || event.key === "k") walk(event.key);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}
