/** Lines and bars as SVG; each has a table with the same figures, for those who cannot see it. */
import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { extent, fraction } from "../lib/scale";
import { Button } from "./Button";
import { useKitText } from "./text";

export interface Point {
  /** Unique; also the first column: a day as people read it. */
  name: string;
  /** Undefined where nothing is known; the line breaks there. */
  value: bigint | undefined;
}

interface Props {
  kind: "line" | "bars";
  /** What is drawn; the name of picture and table. */
  title: string;
  points: readonly Point[];
  /** The figure in words, for axis and table. */
  format: (value: bigint) => string;
  nameHeading: string;
  valueHeading: string;
}

const WIDTH = 320;
const HEIGHT = 140;
const PAD = 6;

export function Chart(props: Props): VNode {
  const { kind, title, points, format } = props;
  const t = useKitText();
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const known = points.flatMap((point) => (point.value === undefined ? [] : [point.value]));
  const range = extent(kind === "bars" ? [0n, ...known] : known);
  return (
    <figure class="chart">
      <figcaption class="row-apart">
        <span class="small muted">{title}</span>
        <Button look="plain" onPress={() => setAsTable(!asTable)}>{asTable ? t.showChart : t.showTable}</Button>
      </figcaption>
      {!asTable && (
        <div class="chart-body">
          <div class="chart-axis small muted" aria-hidden="true">
            <span>{known.length > 0 && format(range.high)}</span>
            <span>{known.length > 0 && format(range.low)}</span>
          </div>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={title} aria-describedby={id}>
            <path class="chart-grid" d={`M0 ${PAD}H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - PAD}H${WIDTH}`} />
            {kind === "line" ? <Line points={points} range={range} /> : <Bars points={points} range={range} />}
          </svg>
          <div class="chart-ends small muted" aria-hidden="true">
            <span>{points[0]?.name}</span>
            <span>{points.length > 1 && points.at(-1)?.name}</span>
          </div>
        </div>
      )}
      <Table {...props} id={id} shown={asTable} />
    </figure>
  );
}

interface Range {
  low: bigint;
  high: bigint;
}

function heightOf(value: bigint, { low, high }: Range): number {
  return HEIGHT - PAD - fraction(value, low, high) * (HEIGHT - 2 * PAD);
}

function Line({ points, range }: { points: readonly Point[]; range: Range }): VNode {
  const step = WIDTH / Math.max(1, points.length - 1);
  let pen = "M";
  const path = points.map(({ value }, i) => {
    if (value === undefined) return (pen = "M"), "";
    const part = `${pen}${(i * step).toFixed(1)} ${heightOf(value, range).toFixed(1)}`;
    pen = "L";
    return part;
  });
  return <path class="chart-line" d={path.join("")} vector-effect="non-scaling-stroke" />;
}

function Bars({ points, range }: { points: readonly Point[]; range: Range }): VNode {
  const step = WIDTH / Math.max(1, points.length);
  const zero = heightOf(0n, range);
  return (
    <g>
      {points.map(({ name, value }, i) => {
        if (value === undefined) return null;
        const top = heightOf(value, range);
        const [y, height] = value < 0n ? [zero, top - zero] : [top, zero - top];
        const tone = value < 0n ? "chart-loss" : "chart-gain";
        return <rect key={name} class={tone} x={i * step + step * 0.15} width={step * 0.7} y={y} height={Math.max(height, 1)} rx="1" />;
      })}
    </g>
  );
}

function Table({ id, title, points, format, nameHeading, valueHeading, shown }: Props & { id: string; shown: boolean }): VNode {
  const t = useKitText();
  return (
    <div class={shown ? "chart-table" : "hidden-visually"} tabIndex={shown ? 0 : undefined} role={shown ? "region" : undefined} aria-label={shown ? title : undefined}>
      <table id={id}>
        <caption class="hidden-visually">{title}</caption>
        <thead><tr><th scope="col">{nameHeading}</th><th scope="col" class="num">{valueHeading}</th></tr></thead>
        <tbody>
          {points.map(({ name, value }) => (
            <tr key={name}><th scope="row">{name}</th><td class="num">{value === undefined ? t.noValue : format(value)}</td></tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
