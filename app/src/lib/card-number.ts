/** A card's number while it is typed: groups, check digit, the bank that issues it. */

export interface CardRange {
  prefix: string;
  length: number;
  kind: string;
}

export interface Issuer {
  ranges: readonly CardRange[];
}

const DIGITS_MAX = 19;

/** Returns the digits of what was typed or pasted. */
export function cardDigits(typed: string): string {
  return typed
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/\D/g, "")
    .slice(0, DIGITS_MAX);
}

/** Returns `6222 0200 0000 0180 000`. */
export function groupCard(digits: string): string {
  return digits.replace(/(\d{4})(?=\d)/g, "$1 ");
}

/** Tells whether the last digit is the one that Luhn's rule asks for. */
export function luhnFits(digits: string): boolean {
  const total = [...digits].reverse().reduce((sum, digit, place) => {
    const value = parseInt(digit, 10) * (1 + (place % 2));
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
  return digits !== "" && total % 10 === 0;
}

/** Returns the bank whose range a number begins with, the longest prefix first, and the range. */
export function issuerOf<T extends Issuer>(digits: string, banks: readonly T[]): { bank: T; range: CardRange } | undefined {
  const fitting = banks.flatMap((bank) => bank.ranges.map((range) => ({ bank, range })))
    .filter(({ range }) => digits.startsWith(range.prefix));
  return fitting.sort((a, b) => b.range.prefix.length - a.range.prefix.length)[0];
}
