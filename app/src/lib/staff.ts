/** Who of the staff works here; roles decide what is shown, the API decides what is done. */
import { browser } from "./browser";
import { useValue } from "./state";

export type Role = "viewer" | "operator" | "approver" | "finance" | "compliance" | "support" | "developer";

export interface Staff {
  label: string;
  /** As the API names the maker of a change: `staff:first-operator`. */
  actor: string;
  roles: readonly string[];
  /** Tells whether one of these roles is held. */
  is: (...roles: Role[]) => boolean;
}

/** Returns who works here; nobody has no role. */
export function useStaff(): Staff {
  const staff = useValue(browser)?.staff;
  const roles = staff?.roles ?? [];
  const label = staff?.label ?? "";
  return { label, actor: `staff:${label}`, roles, is: (...wanted) => wanted.some((role) => roles.includes(role)) };
}
