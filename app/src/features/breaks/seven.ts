/** The seven actions on breaks, as the API names them. */
import type { Schemas } from "../../api/client";

export type Action = Schemas["BreakResolutionBody"]["action"];

export const ACTIONS: readonly Action[] = ["replace_line", "edit_by_reversal", "force_match", "mark_received", "void_line", "create_entry", "link_to_order"];

/** Those that can be taken on many at once; the others come with bank statements. */
export const FOR_MANY: ReadonlySet<Action> = new Set(["replace_line", "edit_by_reversal", "force_match", "mark_received"]);

/** The two sides of the entry that an accepted figure of the register means, by what differs. */
export function entryOf(kind: string, difference: bigint): { debit: string; credit: string } {
  const holders = kind === "register" ? "holders_units" : "holders_accrued";
  return difference > 0n ? { debit: "fund_issuance", credit: holders } : { debit: holders, credit: "fund_issuance" };
}
