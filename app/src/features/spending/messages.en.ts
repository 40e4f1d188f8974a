/** Paying and sending. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  pay: "Pay a merchant",
  send: "Send to a person",
  code: "Merchant's code",
  phone: "Receiver's mobile",
  name: "Receiver's full name",
  next: "Next",
  amount: "Amount",
  source: "Paid from",
  fund: "Fund units",
  cash: "Cash",
  upTo: (yuan) => `Enter an amount, ${yuan} at most`,
  confirm: (yuan) => `Confirm ${yuan}`,
  payText: { effect: "Units are redeemed and the merchant is paid in the same moment; if not, nothing changes.", done: "Paid; the merchant has it." },
  sendText: { effect: "Units are redeemed for the receiver's cash; what cannot arrive is your cash again.", done: "Sent; it arrives within seconds." },
  recent: "Lately",
  none: "Nothing yet",
  done: "Paid",
  refunded: "With a refund",
  states: { held: "On its way", arrived: "Arrived", returned: "Came back", in: "Received" },
  waiting: "An earlier request has no answer yet. Ask for its outcome first; nothing is paid twice.",
  check: "Ask for the outcome",
};
export default en;
