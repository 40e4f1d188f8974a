/** Who did what. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Audit",
  lead: "The event log itself: no row is ever taken out or altered. Readings of personal data and searches are in it too.",
  actor: "Who",
  actorHint: "such as staff:sandbox-operator",
  type: "Type",
  object: "Object id",
  from: "From",
  to: "Until",
  at: "When",
  what: "Did what",
  customer: "Customer no.",
  purpose: "Purpose",
  views: "Views",
  view: { all: "All", approval: "Changes, decisions", reveal: "Personal data read", search: "Searches", close: "Close", sandbox: "Sandbox" },
  detail: "This act",
  machineAt: "Machine time",
  seq: "Number",
  request: "Request",
  facts: "Facts",
  before: "Before",
  after: "After",
  change: "The change",
  seeChange: "Open the approval",
  seeOrders: "Find orders by this id",
  chain: "Verify the hash chain",
  chainText: "The ledger page computes the chain batch by batch and names the place of any altered row.",
  none: "Nothing matches.",
  find: "Filter",
  purposes: "Purpose",
  noFacts: "No more facts.",
};
export default en;
