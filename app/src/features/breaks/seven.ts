/** The seven actions on breaks, as the API names them. */
import type { Schemas } from "../../api/client";

export type Action = Schemas["BreakResolutionBody"]["action"];

export const ACTIONS: readonly Action[] = ["replace_line", "edit_by_reversal", "force_match", "mark_received", "void_line", "create_entry", "link_to_order"];

const OF_CLASS: Readonly<Partial<Record<string, readonly Action[]>>> = {
  amount_mismatch: ["replace_line", "edit_by_reversal", "force_match"],
  missing_confirmation: ["mark_received"],
  missing_in_bank: ["mark_received", "force_match"],
  duplicated_in_bank: ["create_entry", "void_line"],
  not_in_ledger: ["create_entry", "void_line"],
  bank_only_after_reject: ["create_entry", "void_line"],
  reversed_by_bank: ["edit_by_reversal"],
  unknown_outcome: ["mark_received"],
};

/** Returns why an action is not for a class of breaks; undefined where it may be. */
export function refusalFor(breakClass: string, action: Action): "other_kind" | undefined {
  return OF_CLASS[breakClass]?.includes(action) ? undefined : "other_kind";
}

/** The two sides of the entry that an accepted figure of the register means, by what differs. */
export function entryOf(kind: string, difference: bigint): { debit: string; credit: string } {
  const holders = kind === "register" ? "holders_units" : "holders_accrued";
  return difference > 0n ? { debit: "fund_issuance", credit: holders } : { debit: holders, credit: "fund_issuance" };
}
