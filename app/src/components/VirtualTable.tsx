/** A table of very many rows, of which only the seen ones exist; scrolls, and works by keyboard. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useKitText } from "./text";

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
  rowKey: (row: T) => string;
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

const OVERSCAN = 10;

export function VirtualTable<T>(props: Props<T>): VNode {
  const { label, columns, rows, rowKey, onOpen, onEnd, total = rows.length, rowRem = 2.75, height = "70vh", minWidth = "48rem", ahead = OVERSCAN } = props;
  const t = useKitText();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const rowPx = rowRem * rootFontPx();
  const view = useView(box, rowPx, rows.length);
  const [active, setActive] = useState(-1);
  useEffect(() => {
    if (view.end >= rows.length - ahead) onEnd?.();
  }, [view.end, rows.length]);
  const tracks = { gridTemplateColumns: columns.map((column) => column.width).join(" ") };
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    reveal(box.current, next, rowPx);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.target !== box.current || rows.length === 0) return;
    const page = Math.max(1, view.fits - 2);
    const steps: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, j: active + 1, k: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: rows.length - 1 };
    const next = steps[event.key];
    const row = rows[active];
    if (next !== undefined) {
      event.preventDefault();
      go(next);
    } else if (event.key === "Enter" && row !== undefined) onOpen?.(row);
  };
  const seen = rows.slice(view.start, view.end);
  const isActiveSeen = active >= view.start && active < view.end;
  return (
    <div class="vtable-frame">
      <div
        ref={box} class="vtable" style={{ maxHeight: height }} role="grid" tabIndex={0} aria-label={label}
        aria-rowcount={total < 0 ? -1 : total + 1} aria-activedescendant={isActiveSeen ? `${id}-${active}` : undefined} onKeyDown={keys}
      >
        <div class="vtable-head" role="row" aria-rowindex={1} style={{ ...tracks, minWidth }}>
          {columns.map((column) => <div key={column.key} role="columnheader" class={column.num ? "num" : undefined}>{column.title}</div>)}
        </div>
        <div class="vtable-body" role="rowgroup" style={{ height: `${rows.length * rowPx}px`, minWidth }}>
          {seen.map((row, i) => {
            const index = view.start + i;
            const place = { ...tracks, height: `${rowPx}px`, transform: `translateY(${index * rowPx}px)` };
            const open = () => (setActive(index), onOpen?.(row));
            return <BodyRow key={rowKey(row)} {...{ id, row, index, columns, place }} isActive={index === active} open={onOpen && open} />;
          })}
        </div>
      </div>
      <p class="tiny muted" role="status">{total >= 0 && t.rowsShown(String(rows.length), String(total))}</p>
    </div>
  );
}

interface RowProps<T> {
  id: string;
  row: T;
  index: number;
  columns: readonly Column<T>[];
  place: Record<string, string>;
  isActive: boolean;
  open: (() => void) | undefined;
}

function BodyRow<T>({ id, row, index, columns, place, isActive, open }: RowProps<T>): VNode {
  const press = (event: MouseEvent) => {
    if (!(event.target as Element).closest("a, button, input, label")) open?.();
  };
  return (
    <div
      id={`${id}-${index}`} role="row" aria-rowindex={index + 2} aria-selected={isActive}
      class={open ? "vtable-row can-open" : "vtable-row"} style={place} onClick={press}
    >
      {columns.map((column) => <div key={column.key} role="gridcell" class={column.num ? "num" : undefined}>{column.cell(row, index)}</div>)}
    </div>
  );
}

interface View {
  start: number;
  end: number;
  fits: number;
}

/** Returns which rows to draw; follows scrolling once a frame and the size of the box. */
function useView(box: { current: HTMLDivElement | null }, rowPx: number, count: number): View {
  const [place, setPlace] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let frame = 0;
    const look = () => {
      frame = 0;
      // Whole steps of rows: scrolling within a row draws nothing anew.
      const top = Math.floor(element.scrollTop / rowPx) * rowPx;
      setPlace((old) => (old.top === top && old.height === element.clientHeight ? old : { top, height: element.clientHeight }));
    };
    const later = () => (frame ||= requestAnimationFrame(look));
    element.addEventListener("scroll", later, { passive: true });
    const sizes = new ResizeObserver(later);
    sizes.observe(element);
    return () => (element.removeEventListener("scroll", later), sizes.disconnect(), cancelAnimationFrame(frame));
  }, [rowPx]);
  const fits = Math.ceil(place.height / rowPx);
  const start = Math.max(0, Math.min(Math.floor(place.top / rowPx), count - fits) - OVERSCAN);
  return { start, end: Math.min(count, start + fits + 2 * OVERSCAN), fits };
}

function reveal(element: HTMLDivElement | null, index: number, rowPx: number): void {
  if (!element) return;
  const head = element.firstElementChild?.clientHeight ?? 0;
  const [top, bottom] = [index * rowPx, (index + 1) * rowPx];
  const seen = element.clientHeight - head;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (bottom > element.scrollTop + seen) element.scrollTop = bottom - seen;
}

function rootFontPx(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
