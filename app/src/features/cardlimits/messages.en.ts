/** Cards and limits. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Cards and limits",
  empty: "No card is bound yet.",
  bind: "Bind a card",
  bindAnother: "Bind another card",
  defaultCard: "Paid to by default",
  makeDefault: "Pay out to this card by default",
  madeDefault: "Payouts go to this card by default",
  states: { checking: "Being checked", sms_sent: "Waits for the code", unknown: "Waits for the bank, do not bind again", rejected: "Refused", unbound: "Unbound", bound: "Bound", blocked: "Blocked by its bank" },
  cardOf: (bank, four) => `${bank} ••${four}`,
  collect: "Buying",
  payout: "Paying out",
  left: "Left",
  single: "One transaction",
  day: "A day",
  used: "Used today",
  usedOf: "{used} used of {all}",
  count: (used, all) => `${used} of ${all} transactions today`,
  resets: (at) => `Begins anew ${at}`,
  sends: (at) => `The bank is in maintenance: an order now goes out at ${at}`,
  unbind: "Unbind",
  unbindTitle: "Unbind this card?",
  unbindText: "It can then neither pay nor be paid to; you can bind it again.",
  unbound: "The card is unbound",
  inUse: "See the order that is on its way",
  former: "Unbound cards",
};
export default en;
