/** The customer app's frame: tabs for those who are signed in. */
import type { VNode } from "preact";
import { HomeIcon, ListIcon, PersonIcon } from "../components/icons";
import { Shell } from "../components/Shell";
import { LazyBar } from "../bar/LazyBar";
import { browser } from "../lib/browser";
import { useText } from "../lib/i18n";
import { usePath } from "../lib/router";
import { places } from "../lib/links";
import { useValue } from "../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";

/** Ways with one goal: nothing beside it leads away but "back". */
const FOCUSED = /^\/(welcome|register|sign-in|recover|personas|cards\/new|funds\/[^/]+\/(buy|redeem))(\/|$)/;

export function CustomerFrame({ children }: { children: VNode }): VNode {
  const t = useText(zh, en);
  const view = useValue(browser);
  const items = [
    { href: places.home(), text: t.home, icon: <HomeIcon />, also: ["/funds", "/explain"] },
    { href: places.records(), text: t.records, icon: <ListIcon /> },
    { href: places.me(), text: t.me, icon: <PersonIcon />, also: ["/cards", "/security", "/notifications", "/statements", "/agreements", "/help", "/proof", "/close-account"] },
  ];
  const isFocused = FOCUSED.test(usePath());
  const sandbox = view?.mode === "sandbox";
  return (
    <Shell nav={view?.signed_in === false || isFocused ? "none" : "tabs"} items={items} home="/" help={places.help()} sandbox={sandbox} bar={sandbox && <LazyBar />}>
      {children}
    </Shell>
  );
}
