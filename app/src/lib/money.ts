/** Money as whole fen and units as whole hundredths, shown and read without any float. */

export const MINUS = "\u2212";
export const HIDDEN = "¥••••";
/** What every displayed amount looks like. */
export const AMOUNT_PATTERN = /^[−+]?¥\d{1,3}(,\d{3})*\.\d{2}$/;

/** `always` and `moves` write + as well; only `always` is a gain or a loss. */
export type SignShown = "auto" | "always" | "moves";

/** Returns an integer that came as a string; anything else is our own mistake. */
export function whole(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new RangeError(`not a whole number: ${text}`);
  return BigInt(text);
}

/** Returns `¥1,234,567.89`, with `−` before ¥ when negative and `+` when the sign is asked for. */
export function formatFen(fen: bigint | string, sign: SignShown = "auto"): string {
  const value = typeof fen === "string" ? whole(fen) : fen;
  return `${signOf(value, sign)}¥${scaled(magnitude(value), 2)}`;
}

/** Returns units with two decimals, `12,345.67`; the word beside it belongs to the screen. */
export function formatUnits(units: bigint | string, sign: SignShown = "auto"): string {
  const value = typeof units === "string" ? whole(units) : units;
  return `${signOf(value, sign)}${scaled(magnitude(value), 2)}`;
}

/** Returns the income of 10,000 units with four decimals of a yuan, cut downwards: `1.3692`. */
export function formatPer10k(e5: bigint | string): string {
  const value = floorDiv(typeof e5 === "string" ? whole(e5) : e5, 10n);
  return `${signOf(value, "auto")}${scaled(magnitude(value), 4)}`;
}

/** Returns the income of 10,000 units with all its five decimals, for explanations. */
export function formatPer10kFull(e5: bigint | string): string {
  const value = typeof e5 === "string" ? whole(e5) : e5;
  return value % 10n === 0n
    ? formatPer10k(value)
    : `${signOf(value, "auto")}${scaled(magnitude(value), 5)}`;
}

/** Returns a yield with three decimals: `4.950%`. */
export function formatYield(e3: bigint | string): string {
  const value = typeof e3 === "string" ? whole(e3) : e3;
  return `${signOf(value, "auto")}${scaled(magnitude(value), 3)}%`;
}

/** Returns 123万 or 1.2M for the axes of charts, never for a balance. */
export function formatCompact(fen: bigint, lang: "zh-CN" | "en"): string {
  const yuan = magnitude(fen) / 100n;
  const [step, word] =
    lang === "zh-CN"
      ? yuan >= 100_000_000n ? [100_000_000n, "亿"] : yuan >= 10_000n ? [10_000n, "万"] : [1n, ""]
      : yuan >= 1_000_000n ? [1_000_000n, "M"] : yuan >= 1_000n ? [1_000n, "K"] : [1n, ""];
  const tenths = (yuan * 10n) / step;
  const text = tenths % 10n === 0n || word === "" ? `${tenths / 10n}` : `${tenths / 10n}.${tenths % 10n}`;
  return `${fen < 0n ? MINUS : ""}${text}${word}`;
}

/** Returns the fen of what a person typed (`1,234.5`, `￥12`), or undefined when it is no amount.
 *
 * A comma stands between groups of three and nowhere else: `1,38` may be meant as 1.38, never as 138.
 */
export function parseYuan(text: string): bigint | undefined {
  const plain = text.replace(/[\s¥￥]/g, "").replace(/，/g, ",").replace(/。/g, ".");
  const match = /^(\d{0,13}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{0,2}))?$/.exec(plain);
  if (!match || plain === "" || plain === ".") return undefined;
  return BigInt(match[1]?.replace(/,/g, "") || "0") * 100n + BigInt((match[2] ?? "").padEnd(2, "0"));
}

/** Returns the hundredths of units that a person typed. */
export const parseUnits = parseYuan;

/** Returns `100.00` without sign, ¥ or commas: what a field holds while it is edited. */
export function plainYuan(fen: bigint): string {
  const digits = magnitude(fen).toString().padStart(3, "0");
  return `${fen < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Returns the quotient rounded down, also below zero. */
export function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by !== 0n && value < 0n !== by < 0n ? quotient - 1n : quotient;
}

export function sum(parts: readonly (bigint | string)[]): bigint {
  return parts.reduce<bigint>((total, part) => total + BigInt(part), 0n);
}

/** The body of a money field on the wire. */
export function wireFen(fen: bigint): { amount: string; currency: "CNY" } {
  return { amount: fen.toString(), currency: "CNY" };
}

function signOf(value: bigint, sign: SignShown): string {
  if (value < 0n) return MINUS;
  return sign !== "auto" && value > 0n ? "+" : "";
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function scaled(value: bigint, scale: number): string {
  const digits = value.toString().padStart(scale + 1, "0");
  const head = digits.slice(0, -scale).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${head}.${digits.slice(-scale)}`;
}
