/** A table of very many rows, of which only the seen ones exist; scrolls, and works by keyboard. */
import { Component, type ComponentChildren, type VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useKitText } from "./text";
import { type Blocks, BLOCK_ROWS, blocksFor, inOrder } from "./blocks";

export interface Column<T> {
  key: string;
  title: string;
  /** A track of the grid: `8rem`, `minmax(10rem, 2fr)`. */
  width: string;
  num?: boolean;
  cell: (row: T, index: number) => ComponentChildren;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  /** Enter or a click on a row. */
  onOpen?: ((row: T) => void) | undefined;
  /** Called when the end comes near; fetches the next page. */
  onEnd?: (() => void) | undefined;
  /** How many rows before the end the next page is asked for. */
  ahead?: number;
  /** All rows there are, when known; -1 while more may come. */
  total?: number;
  /** Height in rem: 2.75 fits one line with a 44 px target. */
  rowRem?: number;
  height?: string;
  /** Below this width the table scrolls sideways. */
  minWidth?: string;
}

export function VirtualTable<T>(props: Props<T>): VNode {
  const { label, columns, rows, onOpen, onEnd, total = rows.length, rowRem = 2.75, height: maxHeight = "70vh", minWidth = "48rem", ahead = 2 * BLOCK_ROWS } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const rowPx = rowRem * rootFontPx();
  const view = useView(box, rowPx, rows.length);
  const [active, setActive] = useState(-1);
  useEffect(() => {
    if (view.end >= rows.length - ahead) onEnd?.();
  }, [view.end, rows.length]);
  const keys = (event: KeyboardEvent) => {
    if (event.target !== box.current || rows.length === 0) return;
    const next = stepTo(event.key, active, { page: Math.max(1, view.fits - 2), last: rows.length - 1 });
    const row = rows[active];
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
      reveal(box.current, next, rowPx);
    } else if (event.key === "Enter" && row !== undefined) onOpen?.(row);
  };
  const press = (event: MouseEvent) => {
    const target = event.target as Element;
    const index = Number(target.closest("[role=row]")?.getAttribute("aria-rowindex")) - 2;
    const row = rows[index];
    if (row === undefined || target.closest("a, button, input, label")) return;
    setActive(index);
    onOpen?.(row);
  };
  const isActiveSeen = active >= view.start && active < view.end;
  const tracks = columns.map((column) => column.width).join(" ");
  return (
    <div class="vtable-frame">
      <div
        ref={box} class="vtable" style={{ maxHeight, "--tracks": tracks, "--row": `${rowPx}px` }} role="grid" tabIndex={0} aria-label={label}
        aria-rowcount={total < 0 ? -1 : total + 1} aria-activedescendant={isActiveSeen ? `${id}-${active}` : undefined} onKeyDown={keys}
      >
        <div class="vtable-head" role="row" aria-rowindex={1} style={{ minWidth }}>
          {columns.map((column) => <div key={column.key} role="columnheader" class={column.num ? "num" : undefined}>{column.title}</div>)}
        </div>
        <div class={onOpen ? "vtable-body can-open" : "vtable-body"} role="rowgroup" style={{ height: `${rows.length * rowPx}px`, minWidth }} onClick={press}>
          {view.slots.map(({ slot, block }) => {
            const first = block * BLOCK_ROWS;
            const isActive = active >= first && active < first + BLOCK_ROWS;
            return <Block key={slot} {...{ id, rows, columns, first, rowPx }} active={isActive ? active : -1} />;
          })}
        </div>
      </div>
      <Counted shown={rows.length} total={total} />
    </div>
  );
}

function Counted({ shown, total }: { shown: number; total: number }): VNode {
  const t = useKitText();
  return <p class="tiny muted" role="status">{total >= 0 && t.rowsShown(shown.toLocaleString("en"), total.toLocaleString("en"))}</p>;
}

interface BlockProps<T> {
  id: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  first: number;
  rowPx: number;
  active: number;
}

/** Some rows that are placed and drawn as one; drawn anew only if one of its own rows changed. */
class Block<T> extends Component<BlockProps<T>> {
  override shouldComponentUpdate(next: BlockProps<T>): boolean {
    const { rows, columns, first, rowPx, active } = this.props;
    if (next.columns !== columns || next.first !== first || next.rowPx !== rowPx || next.active !== active) return true;
    for (let i = first; i < first + BLOCK_ROWS; i++) if (next.rows[i] !== rows[i]) return true;
    return false;
  }

  override render({ id, rows, columns, first, rowPx, active }: BlockProps<T>): VNode {
    const own = rows.slice(first, first + BLOCK_ROWS);
    return (
      <div class="vtable-block" role="presentation" style={{ top: `${first * rowPx}px`, height: `${own.length * rowPx}px` }}>
        {own.map((row, i) => {
          // The elements of a row stay when the row becomes another: only texts and addresses change.
          const index = first + i;
          return (
            <div key={i} id={`${id}-${index}`} role="row" aria-rowindex={index + 2} aria-selected={index === active} class="vtable-row">
              {columns.map((column) => <div key={column.key} role="gridcell" class={column.num ? "num" : undefined}>{column.cell(row, index)}</div>)}
            </div>
          );
        })}
      </div>
    );
  }
}

interface View {
  slots: Blocks;
  start: number;
  end: number;
  fits: number;
}

/** How long a table must rest until its rows stand in the document as they do on the screen. */
const REST_MS = 150;

/** Returns which blocks to draw; follows scrolling once a frame and the size of the box. */
function useView(box: { current: HTMLDivElement | null }, rowPx: number, count: number): View {
  const [place, setPlace] = useState({ block: 0, fits: 14, resting: true });
  const slots = useRef<Blocks>([]);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let [frame, rest, height] = [0, 0, element.clientHeight];
    const look = (resting: boolean) => {
      frame = 0;
      const block = Math.floor(element.scrollTop / rowPx / BLOCK_ROWS);
      const fits = Math.ceil(height / rowPx);
      setPlace((old) => (old.block === block && old.fits === fits && (old.resting || !resting) ? old : { block, fits, resting }));
    };
    const later = () => {
      clearTimeout(rest);
      rest = window.setTimeout(look, REST_MS, true);
      // Whoever tabs through the links of rows needs their order at once.
      frame ||= requestAnimationFrame(() => look(element !== document.activeElement && element.contains(document.activeElement)));
    };
    const sizes = new ResizeObserver(() => ((height = element.clientHeight), later()));
    element.addEventListener("scroll", later, { passive: true });
    sizes.observe(element);
    return () => (element.removeEventListener("scroll", later), sizes.disconnect(), cancelAnimationFrame(frame), clearTimeout(rest));
  }, [rowPx]);
  const { block, fits, resting } = place;
  slots.current = blocksFor(slots.current, { block, fits, count });
  if (resting) slots.current = inOrder(slots.current);
  const blocks = slots.current.map((one) => one.block);
  const [start, last] = [Math.min(...blocks) * BLOCK_ROWS, Math.max(...blocks)];
  return { slots: slots.current, start, end: Math.min(count, (last + 1) * BLOCK_ROWS), fits };
}

/** Returns the row that a key leads to, from a row or from none (-1). */
function stepTo(key: string, from: number, { page, last }: { page: number; last: number }): number | undefined {
  const steps: Record<string, number> = { ArrowDown: from + 1, ArrowUp: from - 1, j: from + 1, k: from - 1, PageDown: from + page, PageUp: from - page, Home: 0, End: last };
  const next = steps[key];
  return next === undefined ? undefined : Math.max(0, Math.min(last, next));
}

function reveal(element: HTMLDivElement | null, index: number, rowPx: number): void {
  if (!element) return;
  const [top, bottom] = [index * rowPx, (index + 1) * rowPx];
  const seen = element.clientHeight - (element.firstElementChild?.clientHeight ?? 0);
  if (top < element.scrollTop) element.scrollTop = top;
  else if (bottom > element.scrollTop + seen) element.scrollTop = bottom - seen;
}

function rootFontPx(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
