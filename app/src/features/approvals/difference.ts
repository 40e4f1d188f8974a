/** A change as lines: what a field is now and what it becomes. */
import type { Schemas } from "../../api/client";

export interface Line {
  /** The field's own name: `max_amount_fen`. */
  name: string;
  was: string | undefined;
  becomes: string | undefined;
}

type Facts = Schemas["ApprovalView"]["before"];
type Flat = Map<string, string>;

/** Returns the fields of a change; one that holds fields of its own gives each of them. */
export function flat(facts: Readonly<Record<string, unknown>>): Flat {
  const found: Flat = new Map();
  for (const [name, value] of Object.entries(facts)) {
    const inner = opened(value);
    if (inner) for (const [part, text] of flat(inner)) found.set(name === "value" ? part : `${name}.${part}`, text);
    else if (value === null && name.endsWith("_fen")) found.set(name, ""); // no limit, or all there is
    else if (value !== null && value !== undefined) found.set(name, Array.isArray(value) ? value.join(", ") : String(value));
  }
  return found;
}

function opened(value: unknown): Record<string, unknown> | undefined {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  if (typeof value !== "string" || !value.startsWith("{")) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // a text that begins like JSON: shown as it is
  }
}

/** Returns every field of both sides, those that change first. */
export function lines(before: Flat, after: Flat): readonly Line[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const all = names.map((name) => ({ name, was: before.get(name), becomes: after.get(name) }));
  return [...all.filter((line) => line.was !== line.becomes), ...all.filter((line) => line.was === line.becomes)];
}

/** Returns what a change leaves as it is beside what it sets: facts to decide by. */
export function kept(before: Flat, after: Flat): Flat {
  return new Map([...before, ...after]);
}

/** Returns the fen that a proposal is about: what it names, else all that is left. */
export function amountOf(proposal: { before: Facts; after: Facts }): string | undefined {
  return moneyOf(proposal.after) ?? ("way" in proposal.after ? moneyOf(proposal.before) : undefined);
}

/** Returns the fen that a change is about, if it is about money. */
export function moneyOf(facts: Facts): string | undefined {
  const found = [...flat(facts)].find(([name, value]) => name.endsWith("_fen") && /^-?\d+$/.test(value));
  return found?.[1];
}
