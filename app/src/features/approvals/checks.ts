/** What a proposal's fields must look like; the server has the last word. */
import { parseYuan, plainYuan } from "../../lib/money";

export type Fault = "required" | "badDate" | "badAmount" | "badNumber" | "badWords";
export type Check = (text: string) => Fault | undefined;

export const required: Check = (text) => (text.trim() === "" ? "required" : undefined);
export const date: Check = (text) => required(text) ?? (/^2[01]\d\d-\d\d-\d\d$/.test(text) ? undefined : "badDate");
export const dateOrNothing: Check = (text) => (text === "" ? undefined : date(text));
export const reference: Check = (text) => required(text) ?? (/^[A-Za-z0-9][A-Za-z0-9 ._:/#-]{0,79}$/.test(text) ? undefined : "badWords");
export const wholeNumber: Check = (text) => required(text) ?? (/^[1-9]\d{0,9}$/.test(text) ? undefined : "badNumber");
export const yuanOrNothing: Check = (text) => (text.trim() === "" || parseYuan(text) !== undefined ? undefined : "badAmount");
export const signedYuan: Check = (text) => required(text) ?? (fenOf(text) === undefined ? "badAmount" : undefined);
export const dates: Check = (text) => (dayList(text).every((one) => date(one) === undefined) ? undefined : "badDate");
export const datesNeeded: Check = (text) => required(text) ?? dates(text);

/** Returns the fen of what was typed, also below zero. */
export function fenOf(text: string): bigint | undefined {
  const isLoss = /^\s*[-−]/.test(text);
  const fen = parseYuan(text.replace(/^\s*[-−]/, ""));
  return fen === undefined ? undefined : isLoss ? -fen : fen;
}

export function dayList(text: string): string[] {
  return text.split(/[\s,，;；]+/).filter((one) => one !== "");
}

/** Returns what a rule's field says on the wire: a whole number, a word, or nothing. */
export function ruleValue(text: string): number | string | null {
  const plain = text.trim();
  if (plain === "") return null;
  return /^-?\d{1,15}$/.test(plain) ? (JSON.parse(plain.replace(/^(-?)0+(?=\d)/, "$1")) as number) : plain;
}

/** Returns how a rule's field is shown in the form: money in yuan. */
export function shownValue(name: string, value: string | null): string {
  if (value === null) return "";
  return name.endsWith("_fen") && /^-?\d+$/.test(value) ? plainYuan(BigInt(value)) : value;
}

/** Returns the text for the wire of a rule's field that was shown by `shownValue`; undefined when it is none. */
export function typedValue(name: string, text: string): string | undefined {
  if (!name.endsWith("_fen") || text.trim() === "") return text;
  return fenOf(text)?.toString();
}
