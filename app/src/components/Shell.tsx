/** The frame around all screens: badge of the sandbox, navigation, offline line, messages. */
import type { ComponentChildren, VNode } from "preact";
import { online } from "../lib/http";
import { usePath } from "../lib/router";
import { lang } from "../lib/settings";
import { useValue } from "../lib/state";
import { HelpIcon, Mark } from "./icons";
import { useKitText } from "./text";
import { Toasts } from "./Toast";

export interface NavItem {
  href: string;
  text: string;
  icon: VNode;
  /** Other paths under which this item counts as current. */
  also?: readonly string[];
  /** A count beside it, as in an inbox. */
  count?: number | undefined;
}

interface Props {
  /** `tabs`: a bar at the bottom of phones, a rail beside wide screens. `side`: always a rail. */
  nav: "tabs" | "side" | "none";
  items: readonly NavItem[];
  home: string;
  sandbox: boolean;
  /** Where help is; in the same place on every screen. */
  help?: string | undefined;
  /** Stands above everything: the time machine bar. */
  bar?: ComponentChildren;
  children: ComponentChildren;
}

export function Shell({ nav, items, home, sandbox, help, bar, children }: Props): VNode {
  const t = useKitText();
  const isOnline = useValue(online);
  return (
    <div class={`shell shell-${nav}`}>
      <a class="skip" href="#main">{t.skip}</a>
      {bar}
      <div class="shell-top">
        <a class="brand" href={home}><Mark size={28} /><span>{t.brand}</span></a>
        {sandbox && <span class="badge badge-warn">{t.sandbox}</span>}
        <LanguageButton />
        {help && <a class="icon-button" href={help} aria-label={t.help}><HelpIcon /></a>}
      </div>
      {!isOnline && <p class="offline-line" role="status">{navigator.onLine ? t.noAnswerRead : t.offline}</p>}
      {nav !== "none" && <Nav items={items} />}
      <main id="main" tabIndex={-1}>{children}</main>
      <Toasts />
    </div>
  );
}

function Nav({ items }: { items: readonly NavItem[] }): VNode {
  const t = useKitText();
  const path = usePath();
  const current = currentOf(items, path);
  return (
    <nav class="nav" aria-label={t.mainNav}>
      <ul>
        {items.map((item) => (
          <li key={item.href}>
            <a href={item.href} aria-current={item === current ? "page" : undefined}>
              {item.icon}
              <span>{item.text}</span>
              {!!item.count && <span class="count">{item.count}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Returns the item with the longest address that the path starts with. */
export function currentOf(items: readonly NavItem[], path: string): NavItem | undefined {
  const length = (item: NavItem) =>
    Math.max(...[item.href, ...(item.also ?? [])].map((start) =>
      path === start || path.startsWith(start.endsWith("/") ? start : `${start}/`) ? start.length : 0));
  const best = [...items].sort((a, b) => length(b) - length(a))[0];
  return best && length(best) > 0 && (best.href !== "/" || path === "/" || length(best) > 1) ? best : undefined;
}

/** Switches between the two languages; the page stays where it is. */
export function LanguageButton(): VNode {
  const t = useKitText();
  const other = useValue(lang) === "en" ? "zh-CN" : "en";
  return (
    <button type="button" class="button button-plain language" lang={other} aria-label={t.language} onClick={() => lang.set(other)}>
      {t.languageShort}
    </button>
  );
}
