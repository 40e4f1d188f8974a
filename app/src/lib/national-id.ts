/** The resident identity number (GB 11643), checked before anything is sent. */

export type IdFault = "malformed" | "old_format" | "no_such_date" | "checksum";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK = "10X98765432";

/** Returns what was typed without spacing, the last letter in capitals. */
export function cleanNationalId(typed: string): string {
  return typed
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[\s-]/g, "")
    .toUpperCase()
    .slice(0, 18);
}

/** Returns what is wrong with a number, undefined if nothing shows. */
export function nationalIdFault(id: string): IdFault | undefined {
  if (/^\d{15}$/.test(id)) return "old_format";
  if (!/^\d{17}[\dX]$/.test(id)) return "malformed";
  if (birthOf(id) === undefined) return "no_such_date";
  return checkCharacter(id) === id[17] ? undefined : "checksum";
}

/** Returns the birth date inside a number, `1990-03-07`; undefined if there is no such day. */
export function birthOf(id: string): string | undefined {
  const match = /^\d{6}(\d{4})(\d{2})(\d{2})/.exec(id);
  if (!match) return undefined;
  const on = `${match[1]}-${match[2]}-${match[3]}`;
  const day = new Date(`${on}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(on) ? on : undefined;
}

/** Returns the last character that the first 17 digits ask for. */
export function checkCharacter(id: string): string | undefined {
  const total = WEIGHTS.reduce((sum, weight, i) => sum + weight * parseInt(id[i] ?? "0", 10), 0);
  return CHECK[total % 11];
}
