/** The time machine bar, fetched after the page is drawn and only in the sandbox. */
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

/** How long after the page the bar is fetched, and after the first drawing where the page was there before. */
const AFTER_MS = 500;
const AFTER_DRAWING_MS = 250;

export function LazyBar(): VNode {
  const [Bar, setBar] = useState<ComponentType>();
  useEffect(() => {
    let rest: ReturnType<typeof setTimeout> | undefined;
    const fetchBar = () => void import("./TimeBar").then((m) => setBar(() => m.TimeBar), () => undefined);
    // The page's own figures first: they are asked for right after it is there.
    const soon = () => (rest = setTimeout(fetchBar, AFTER_MS));
    if (document.readyState === "complete") rest = setTimeout(fetchBar, AFTER_DRAWING_MS);
    else window.addEventListener("load", soon, { once: true });
    return () => (window.removeEventListener("load", soon), clearTimeout(rest));
  }, []);
  return <div class="time-bar">{Bar && <Bar />}</div>;
}
