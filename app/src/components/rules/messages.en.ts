import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  rules: {
    "fund.purchase_minimum": "Smallest purchase",
    "fund.cut_off": "Cut-off",
    "fund.fast_redemption": "Fast redemption, limits",
    "fund.normal_redemption": "Normal redemption, limits",
    "fund.advance_provider": "Who lends to fast redemptions",
    "fund.redemption_cash": "Normal redemption, payout",
    "fund.large_redemption": "Large redemption",
  },
  fields: {
    amount_fen: "Amount",
    hour: "Hour",
    minute: "Minute",
    max_count: "Times at most",
    max_amount_fen: "Amount at most",
    who: "Who may lend",
    after_confirmation_days: "Days after confirmation",
    large_above_pct: "Large above (% of units)",
    accept_at_least_pct: "Accept at least (%)",
    rest: "What is left",
    single_max_fen: "Each at most",
    day_max_fen: "A day at most",
    day_count: "Times a day",
    lookups: "Searches a day",
    fee_ppm: "Fee (millionths)",
  },
  values: {
    any: "anybody",
    licensed_bank: "a licensed bank",
    deferred: "deferred",
    cancelled: "cancelled",
  },
};
export default en;
