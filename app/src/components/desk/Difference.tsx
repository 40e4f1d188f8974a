/** A figure of a break: money, units or a plain number, by what differs. */
import type { VNode } from "preact";
import { formatUnits } from "../../lib/money";
import { Amount } from "../Amount";

const MONEY = new Set(["register_accrued", "cash_in", "cash_out", "total_income", "cash", "income"]);
const UNITS = new Set(["register", "total_units", "units"]);

interface Props {
  kind: string;
  figure: string | null;
  explain: string;
  /** A difference tells its direction. */
  signed?: boolean;
}

export function Difference({ kind, figure, explain, signed }: Props): VNode {
  if (figure === null) return <span class="muted">—</span>;
  const isWhole = /^-?\d+$/.test(figure);
  const sign = signed ? "always" : "auto";
  if (isWhole && MONEY.has(kind)) return <Amount fen={figure} explain={explain} size="s" sign={sign} />;
  if (isWhole && UNITS.has(kind)) return <span class="nowrap">{formatUnits(figure, sign)}</span>;
  return <span>{figure}</span>;
}
