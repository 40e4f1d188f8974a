/** Exact figures of a formula as text. */
import { formatFen, MINUS } from "../../lib/money";

const PLACES = 9n;

/** Returns a quotient with up to nine decimals, cut, without zeros at its end: `147.7537555`. */
export function fractionText(value: bigint, by: bigint): string {
  const size = value < 0n ? -value : value;
  const scaled = (size * 10n ** PLACES) / by;
  const digits = scaled.toString().padStart(10, "0");
  const decimals = digits.slice(-9).replace(/0+$/, "");
  const whole = digits.slice(0, -9).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0n ? MINUS : ""}${whole}${decimals ? `.${decimals}` : ""}`;
}

/** Returns an amount as text, for formulas only. */
export function fenText(fen: string): string {
  return formatFen(fen);
}
