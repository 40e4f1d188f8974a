/** Buttons, and links that look like them. */
import type { ComponentChildren, VNode } from "preact";

export type ButtonLook = "primary" | "second" | "plain" | "danger" | "alarm";

interface Props {
  children: ComponentChildren;
  look?: ButtonLook;
  wide?: boolean;
  type?: "button" | "submit";
  /** Waits for an answer: cannot be pressed again, keeps the focus, tells screen readers. */
  busy?: boolean;
  /** Cannot be pressed now; say near it why. */
  off?: boolean;
  onPress?: (() => void) | undefined;
  label?: string | undefined;
  describedBy?: string | undefined;
}

export function Button(props: Props): VNode {
  const { children, look = "primary", wide, type = "button", busy = false, off = false, onPress } = props;
  const blocked = busy || off;
  // aria-disabled keeps the focus where it is; `disabled` would throw it to the top of the page.
  return (
    <button
      type={type}
      class={`button button-${look}${wide ? " wide" : ""}`}
      aria-disabled={blocked || undefined}
      aria-busy={busy || undefined}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      onClick={(event) => {
        if (blocked) event.preventDefault();
        else onPress?.();
      }}
    >
      {busy && <span class="spinner" aria-hidden="true" />}
      <span>{children}</span>
    </button>
  );
}

interface LinkProps {
  href: string;
  children: ComponentChildren;
  look?: ButtonLook;
  wide?: boolean;
  /** "Back" must not return to this screen. */
  replace?: boolean;
}

export function ButtonLink({ href, children, look = "primary", wide, replace }: LinkProps): VNode {
  return (
    <a class={`button button-${look}${wide ? " wide" : ""}`} href={href} data-replace={replace || undefined}>
      <span>{children}</span>
    </a>
  );
}

interface IconProps {
  /** What it does; always spoken, never drawn. */
  label: string;
  onPress: () => void;
  children: VNode;
  pressed?: boolean;
}

export function IconButton({ label, onPress, children, pressed }: IconProps): VNode {
  return (
    <button type="button" class="icon-button" aria-label={label} aria-pressed={pressed} onClick={onPress}>
      {children}
    </button>
  );
}
