/** What a person types into amount and code fields, key by key. */

export type PadKey = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "." | "delete";

const YUAN_DIGITS_MAX = 11;
const DECIMALS_MAX = 2;

/** Returns the text of an amount after one key of the pad; keys that make no sense change nothing. */
export function pressKey(text: string, key: PadKey): string {
  if (key === "delete") return text.slice(0, -1);
  if (key === ".") return text.includes(".") ? text : `${text || "0"}.`;
  return cleanAmount(text + key, text);
}

/** Returns what was typed or pasted as `1234.56`, or the former text when it is no amount. */
export function cleanAmount(typed: string, former: string): string {
  const plain = typed.replace(/[\s,，¥￥元]/g, "").replace(/[。．]/g, ".");
  if (plain === "") return "";
  const match = /^(\d*)(\.\d*)?$/.exec(plain);
  if (!match) return former;
  const whole = (match[1] ?? "").replace(/^0+(?=\d)/, "") || "0";
  const decimals = match[2] ?? "";
  if (whole.length > YUAN_DIGITS_MAX || decimals.length > DECIMALS_MAX + 1) return former;
  return whole + decimals;
}

/** Returns only the digits, at most so many; full-width digits count as well. */
export function cleanDigits(typed: string, length: number): string {
  return typed
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/\D/g, "")
    .slice(0, length);
}
