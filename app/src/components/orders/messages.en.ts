/** Orders: what they are, where they stand, who has to move. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  purchase: "Purchase",
  redemption: "Redemption",
  fast: "Fast redemption",
  normal: "Normal redemption",
  all: "All",
  steps: "Progress",
  doing: "We are following it up and tell you as soon as it moves",
  unknown: "Waiting for the bank’s answer, do not repeat",
  unknownNote: "The bank has not given a certain answer. We keep asking; the statement decides at the latest, and we tell you.",
  reason: (text) => `Reason: ${text}`,
  states: {
    placed: "Placed",
    accepted: "Accepted",
    paid: "Paid",
    sent: "Sent to fund manager",
    confirmed: "Units confirmed",
    redeemed: "Units redeemed",
    earning: "Earning",
    paid_out: "Paid out",
    partly_confirmed: "Partly confirmed",
    deferred: "Moved to the next trading day",
    cancelled: "Cancelled",
    refused: "Refused",
    failed: "Failed",
    refunded: "Refunded",
    reversed: "Reversed by bank",
    unknown: "Waiting for the bank",
    other: "In progress",
  },
  parties: { us: "us", your_bank: "your bank", fund_manager: "the fund manager" },
  reasons: {
    "card.insufficient_funds": "not enough money on the card",
    "card.single_limit": "above the bank’s limit for one transaction",
    "card.daily_limit": "above the bank’s limit of the day",
    "card.lost": "the card was reported lost",
    "card.blocked": "the bank blocked the card",
    "card.unknown_to_bank": "the bank does not know the card",
    "card.bank_down": "the bank could not be reached",
    "fund.rejected": "the fund manager did not confirm it",
    other: "see the code",
  },
};
export default en;
