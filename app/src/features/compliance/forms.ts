/** What the forms of compliance check before anything is sent. */
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9 ._:/#-]{0,79}$/;
const ID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
const HEIR = new RegExp(`^(${ID})(?:[\\s,;，；]+([1-9]\\d{0,5}))?$`);

/** Tells whether a text is a reference as the API takes it. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text.trim());
}

export interface HeirWish {
  customer_id: string;
  parts: number;
}

/** Returns the heirs of lines "customer id, parts"; undefined where a line is none. */
export function heirsOf(text: string): HeirWish[] | undefined {
  const lines = text.split(/\n+/).map((line) => line.trim()).filter(Boolean);
  const found = lines.map((line) => HEIR.exec(line));
  if (lines.length === 0 || found.some((one) => one === null)) return undefined;
  return found.map((one) => ({ customer_id: (one?.[1] ?? "").toLowerCase(), parts: parseInt(one?.[2] ?? "1", 10) }));
}
