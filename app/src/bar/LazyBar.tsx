/** The time machine bar, fetched after the page is drawn and only in the sandbox. */
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

export function LazyBar(): VNode {
  const [Bar, setBar] = useState<ComponentType>();
  useEffect(() => {
    const fetchBar = () => void import("./TimeBar").then((m) => setBar(() => m.TimeBar), () => undefined);
    if (document.readyState === "complete") fetchBar();
    else window.addEventListener("load", fetchBar, { once: true });
    return () => window.removeEventListener("load", fetchBar);
  }, []);
  return <div class="time-bar">{Bar && <Bar />}</div>;
}
