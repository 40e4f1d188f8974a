/** Small parts that the console's screens are made of. */
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import { formatUnits } from "../../lib/money";
import { Amount } from "../Amount";
import { toast } from "../Toast";
import { useWords } from "./words";

export type Tone = "plain" | "good" | "warn" | "bad" | "brand";

/** A state in one or two words; the colour says nothing that the word does not. */
export function Tag({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }): VNode {
  return <span class={tone === "plain" ? "badge" : `badge badge-${tone}`}>{children}</span>;
}

interface PanelProps {
  title: string;
  end?: ComponentChildren;
  tone?: "bad" | "warn" | undefined;
  children: ComponentChildren;
}

/** A part of a page under a heading of its own. */
export function Panel({ title, end, tone, children }: PanelProps): VNode {
  const id = useId();
  return (
    <section class={tone ? `panel panel-${tone}` : "panel"} aria-labelledby={id}>
      <header class="panel-head"><h2 id={id}>{title}</h2>{end}</header>
      {children}
    </section>
  );
}

/** One figure with its name, for a row of such. */
export function Stat({ name, note, children }: { name: string; note?: ComponentChildren; children: ComponentChildren }): VNode {
  return (
    <div class="stat">
      <p class="small muted">{name}</p>
      <p class="stat-value">{children}</p>
      {note !== undefined && <p class="tiny muted">{note}</p>}
    </div>
  );
}

export function Stats({ children }: { children: ComponentChildren }): VNode {
  return <div class="stats">{children}</div>;
}

/** How much of something is done or used, 0 to 100. */
export function Meter({ label, percent, tone = "brand" }: { label: string; percent: number; tone?: Tone }): VNode {
  const width = `${Math.max(0, Math.min(100, percent))}%`;
  return (
    <div class={`meter meter-${tone}`} role="progressbar" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
      <span style={{ width }} />
    </div>
  );
}

/** A hash or an id, short, whole in the clipboard. */
export function Code({ text, length = 12 }: { text: string; length?: number }): VNode {
  const t = useWords();
  const copy = () => void navigator.clipboard?.writeText(text).then(() => toast(t.copied), () => undefined);
  const shown = text.length > length + 3 ? `${text.slice(0, length)}…` : text;
  return <button type="button" class="code" title={text} onClick={copy}><span translate={false}>{shown}</span><span class="hidden-visually"> · {t.copy}</span></button>;
}

interface Figure {
  /** 1 is money in fen; any other asset counts units with two decimals. */
  asset: number;
  amount: string;
  explain: string;
  label?: string;
}

/** An amount of the ledger: money or units, by its asset. */
export function LedgerFigure({ asset, amount, explain, label }: Figure): VNode {
  if (asset === 1) return <Amount fen={amount} explain={explain} size="s" {...(label ? { label } : {})} />;
  return <span class="nowrap">{formatUnits(amount)}</span>;
}

/** Filters above a list; they wrap on narrow screens. */
export function Filters({ label, children }: { label: string; children: ComponentChildren }): VNode {
  return <div class="filters" role="search" aria-label={label}>{children}</div>;
}

/** A few views of the same list to choose from. */
export function Chips<T extends string>(props: { label: string; value: T | undefined; options: readonly { value: T; text: string; count?: number }[]; onChange: (value: T) => void }): VNode {
  return (
    <div class="chips" role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button key={option.value} type="button" class="chip" aria-pressed={option.value === props.value} onClick={() => props.onChange(option.value)}>
          {option.text}
          {option.count !== undefined && <span class="chip-count">{option.count}</span>}
        </button>
      ))}
    </div>
  );
}

/** A plain table that scrolls sideways by itself where it does not fit, also by keyboard. */
export function TableBox({ label, children }: { label: string; children: ComponentChildren }): VNode {
  return <div class="table-box scroll-x" role="region" aria-label={label} tabIndex={0}><table>{children}</table></div>;
}
