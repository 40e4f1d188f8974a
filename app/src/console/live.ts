/** Pushed updates of the whole console: what changed is asked for again, at most twice a second. */
import { useLive } from "../lib/live";
import { State } from "../lib/state";
import { refresh } from "../lib/store";

export const CHANGES = "/v1/staff/changes";
/** How many changes wait for a second person; undefined until it is pushed. */
export const pendingApprovals = new State<number | undefined>(undefined);

const REST_MS = 500;
/** Which reads an event of a kind may change, by its first word. */
const TOUCHED: Readonly<Record<string, readonly string[]>> = {
  approval: ["/v1/approvals", "/v1/policies", "/v1/calendar", "/v1/funds", "/v1/staff/debts", "/v1/staff/audit"],
  close: ["/v1/close", "/v1/breaks", "/v1/ledger"],
  fund: ["/v1/staff/orders", "/v1/staff/liquidity", "/v1/funds", "/v1/close", "/v1/staff/manager-files", "/v1/staff/connections"],
  payment: ["/v1/staff/orders", "/v1/staff/payouts", "/v1/staff/connections", "/v1/staff/debts"],
  payout: ["/v1/staff/payouts", "/v1/staff/orders"],
  customer: ["/v1/staff/customers", "/v1/staff/audit"],
  compliance: ["/v1/staff/cases", "/v1/staff/legal-orders", "/v1/staff/estates", "/v1/staff/customers"],
  staff: ["/v1/staff/audit", "/v1/close"],
  sandbox: ["/v1/staff/connections", "/v1/staff/audit"],
};
const OTHERS = ["/v1/staff/audit", "/v1/policies"];

let waiting = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function later(prefixes: readonly string[]): void {
  prefixes.forEach((prefix) => waiting.add(prefix));
  timer ??= setTimeout(() => {
    const meant = [...waiting];
    waiting = new Set();
    timer = undefined;
    refresh(...meant);
  }, REST_MS);
}

/** Keeps every screen of the console up to date while somebody works here. */
export function useConsoleLive(isOn: boolean): void {
  const url = isOn ? CHANGES : undefined;
  useLive(url, ["message"], (data) => {
    const type = field(data, "type");
    if (typeof type === "string") later(TOUCHED[type.split(".")[0] ?? ""] ?? OTHERS);
  });
  useLive(url, ["open", "reset"], () => later(["/v1/"])); // also what changed before we were told
  useLive(url, ["close.progress"], () => later(["/v1/close"]));
  useLive(url, ["approvals.count"], (data) => {
    const pending = field(data, "pending");
    if (typeof pending === "number") pendingApprovals.set(pending);
    later(["/v1/approvals"]);
  });
}

function field(data: unknown, name: string): unknown {
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>)[name] : undefined;
}
