/** The frame of a screen: title, way back, and the focus after a navigation. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { goBack, takeHeadingFocus } from "../lib/router";
import { IconButton } from "./Button";
import { BackIcon } from "./icons";
import { useKitText } from "./text";

interface Props {
  /** The screen's only h1 and the window's title; never an amount or a name. */
  title: string;
  /** Where "back" leads when the former page was not ours; without it there is no back button. */
  back?: string;
  /** Buttons beside the title. */
  actions?: ComponentChildren;
  /** A wide page: tables of the console. */
  wide?: boolean;
  children: ComponentChildren;
}

export function Page({ title, back, actions, wide, children }: Props): VNode {
  const t = useKitText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t.brand}`;
  }, [title, t.brand]);
  useEffect(() => {
    if (takeHeadingFocus()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class={wide ? "page page-wide" : "page"}>
      <header class="page-head">
        {back !== undefined && <IconButton label={t.back} onPress={() => goBack(back)}><BackIcon /></IconButton>}
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
