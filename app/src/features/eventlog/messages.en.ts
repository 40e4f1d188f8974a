/** The event log. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Event log",
  why: "All that happens in the company, numbered in the order of commit, without a gap. No names, phones, ID or card numbers.",
  live: "Live", notLive: "Not connected",
  type: "Type", typeHint: "A type or its beginning, such as fund.purchase",
  object: "Object", objectHint: "The id of an order, a customer, a webhook …",
  none: "No event fits.",
  clear: "Clear the filters",
  more: "Older events",
  payload: "Payload",
  resend: "Send again",
  resent: (n) => `Sent again to ${n} ${n === 1 ? "receiver" : "receivers"}, with the same id`,
  replay: "Replay from here",
  replayed: (n) => `${n} ${n === 1 ? "receiver is" : "receivers are"} sent everything from here, with the same ids`,
  sameObject: "This object only",
  noReceiver: "There is no webhook yet.",
  addOne: "Add one",
};
export default en;
