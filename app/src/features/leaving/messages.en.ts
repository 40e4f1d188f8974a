/** Closing the account. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Close the account",
  what: "What happens",
  steps: { sell: "All units are redeemed normally and paid to your default card", income: "Income that is published later is paid out by itself", end: "When nothing is left the account closes for good; records are kept as the law asks" },
  list: "What has to come to zero",
  units: "Units",
  accrued: "Income not yet units",
  cash: "Cash",
  held: "Being paid out",
  unconfirmed: "Being confirmed",
  orders: "Orders on their way",
  open: (count) => `${count === 1 ? "One order is" : `${count} orders are`} on the way; the account can be closed when they have ended or are cancelled:`,
  statements: "Download statements first",
  close: "Close the account",
  ask: "Close the account?",
  askText: "All units are redeemed and all money is paid out. You can change your mind until that is done.",
  closing: "The account is being closed",
  closingText: "The units are being redeemed; when income and the rest have arrived it closes by itself.",
  keep: "Keep the account after all",
  kept: "The account stays",
  gone: "The account is closed",
  goneText: "Everything is settled and you are signed out. Records are kept as the law asks; we show them to you on request.",
  home: "To the start page",
};
export default en;
