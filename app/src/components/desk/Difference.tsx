/** A figure of a break: money, units or a plain number, by what it counts. */
import type { VNode } from "preact";
import { formatUnits } from "../../lib/money";
import { Amount } from "../Amount";

interface Props {
  unit: "fen" | "units_e2" | "count";
  figure: string | null;
  explain: string;
  /** A difference tells its direction. */
  signed?: boolean;
}

export function Difference({ unit, figure, explain, signed }: Props): VNode {
  if (figure === null) return <span class="muted">—</span>;
  const sign = signed ? "always" : "auto";
  if (unit === "fen") return <Amount fen={figure} explain={explain} size="s" sign={sign} />;
  if (unit === "units_e2") return <span class="nowrap">{formatUnits(figure, sign)}</span>;
  return <span>{figure}</span>;
}
