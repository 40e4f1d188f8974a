/** The frame of this entry: navigation at the side. */
import type { VNode } from "preact";
import { LazyBar } from "../bar/LazyBar";
import { ClockIcon } from "../components/icons";
import { Shell } from "../components/Shell";
import { browser } from "../lib/browser";
import { useText } from "../lib/i18n";
import { useValue } from "../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";

export function ConsoleFrame({ children }: { children: VNode }): VNode {
  const t = useText(zh, en);
  const view = useValue(browser);
  const sandbox = view?.mode === "sandbox";
  const items = [{ href: "/console/", text: t.start, icon: <ClockIcon /> }];
  return (
    <Shell nav="side" items={items} home="/console/" sandbox={sandbox} bar={sandbox && <LazyBar />}>
      {children}
    </Shell>
  );
}
