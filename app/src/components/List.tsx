/** Rows of a list: with a link, with a figure at the end, or plain. */
import type { ComponentChildren, VNode } from "preact";

export function List({ label, children }: { label?: string; children: ComponentChildren }): VNode {
  return <ul class="list" aria-label={label}>{children}</ul>;
}

interface RowProps {
  title: ComponentChildren;
  note?: ComponentChildren;
  /** What stands at the end of the row: a figure, a state. */
  end?: ComponentChildren;
  endNote?: ComponentChildren;
  icon?: VNode | undefined;
  /** The whole row leads there; amounts inside then have explain="inside". */
  href?: string | undefined;
  onPress?: (() => void) | undefined;
}

export function Row({ title, note, end, endNote, icon, href, onPress }: RowProps): VNode {
  const inner = (
    <>
      {icon && <span class="list-icon" aria-hidden="true">{icon}</span>}
      <span class="list-main">
        <span class="list-title">{title}</span>
        {note !== undefined && <span class="list-note">{note}</span>}
      </span>
      {(end !== undefined || endNote !== undefined) && (
        <span class="list-end">
          <span>{end}</span>
          {endNote !== undefined && <span class="list-note">{endNote}</span>}
        </span>
      )}
      {(href ?? onPress) && <span class="list-arrow" aria-hidden="true" />}
    </>
  );
  if (href) return <li><a class="list-row" href={href}>{inner}</a></li>;
  if (onPress) return <li><button type="button" class="list-row" onClick={onPress}>{inner}</button></li>;
  return <li class="list-row">{inner}</li>;
}

/** Named facts: a term and what it is, each pair on one line where it fits. */
export function Facts({ children }: { children: ComponentChildren }): VNode {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
