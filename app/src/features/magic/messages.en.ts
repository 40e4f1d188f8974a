/** Magic values; what each does comes from the server in English. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Magic values",
  why: "These make the simulated parties give a set outcome, in a sandbox only. Where several apply: fault, ID number, card, amount, in this order.",
  places: { card: "Cards: the last four digits", national_id: "ID numbers: digits 15 to 17", amount: "Amounts bought: the last two digits" },
  ending: "Ending", effect: "What happens", code: "Code", sample: "A sound sample", copy: "Copy",
  does: {
    okcard: "", insufficient_funds: "", name_mismatch: "", card_lost: "", issuer_unknown: "", debited_twice: "", reversed_next_day: "",
    daily_limit: "", sms_required: "", oknational_id: "", turns_18_next_midnight: "", not_found: "", already_registered: "", authority_down: "",
    sanctions_hit: "", confirmed: "", manager_rejects: "", partly_confirmed: "", confirmation_late: "", statement_lacks_it: "", statement_has_it_twice: "",
  },
};
export default en;
