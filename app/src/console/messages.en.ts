/** Navigation of the console. */
import type { Same } from "../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  console: "Console",
  menu: "menu",
  groupDay: "The day",
  groupMoney: "Money",
  groupBooks: "Books and orders",
  groupCare: "Compliance",
  cases: "Cases",
  legalOrders: "Court orders",
  estates: "Estates",
  groupRules: "Rules and audit",
  close: "Close Cockpit",
  breaks: "Breaks",
  approvals: "Approvals",
  liquidity: "Liquidity",
  payouts: "Blocked payouts",
  debts: "Debts",
  connections: "Files and connections",
  orders: "Orders",
  ledger: "Ledger",
  policies: "Policies",
  calendar: "Calendar",
  audit: "Audit",
  waiting: "waiting",
  signOut: "Sign out",
  showAmounts: "Show amounts",
};
export default en;
