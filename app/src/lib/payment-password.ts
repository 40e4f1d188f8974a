/** Six digits that a thief would try first; the server refuses the same. */

export type Weakness = "repeat" | "sequence" | "birthday";

/** Returns why a payment password is too easy; without a birth date birthdays are left to the server. */
export function weaknessOf(digits: string, bornOn?: string): Weakness | undefined {
  if (/^(\d{1,3}?)\1+$/.test(digits)) return "repeat";
  if (isRun(digits)) return "sequence";
  return bornOn !== undefined && birthdayForms(bornOn).includes(digits) ? "birthday" : undefined;
}

function isRun(digits: string): boolean {
  const values = [...digits].map((digit) => parseInt(digit, 10));
  const steps = new Set(values.slice(1).map((value, i) => (value - (values[i] ?? 0) + 10) % 10));
  return steps.size === 1 && (steps.has(1) || steps.has(9));
}

function birthdayForms(bornOn: string): string[] {
  const [year = "", month = "", day = ""] = bornOn.split("-");
  const short = year.slice(2);
  return [short + month + day, month + day + short, day + month + short, year + month, month + year];
}
