/** Magic values. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Magic values",
  why: "These make the simulated parties give a set outcome, in a sandbox only. Where several apply: fault, ID number, card, amount, in this order.",
  places: { card: "Cards: the last four digits", national_id: "ID numbers: digits 15 to 17", amount: "Amounts bought: the last two digits" },
  ending: "Ending", effect: "What happens", code: "Code", sample: "A sound sample", copy: "Copy",
  does: {
    okcard: "Binds; debits and payouts succeed at once.",
    insufficient_funds: "Binds; every debit is refused, and the ledger keeps no trace.",
    name_mismatch: "Does not bind: the card is somebody else's.",
    card_lost: "Reported lost: no binding, debit or payout.",
    issuer_unknown: "A debit gets no answer for 30 s and is unknown; it succeeds 90 s after the call.",
    debited_twice: "The bank debits twice; its statement has two lines, and a case is opened.",
    reversed_next_day: "A debit succeeds and is taken back on the next working day.",
    daily_limit: "A debit over the bank's limit of the day is refused, with limit, used and reset time.",
    sms_required: "Binding and the first debit ask for a code: 123456 passes, three misses lock it for 10 minutes.",
    oknational_id: "Verified at once.",
    turns_18_next_midnight: "Refused on the sandbox's first day, with the date; passes after midnight.",
    not_found: "Nobody has this number.",
    already_registered: "This person has an account: sign in, or recover it.",
    authority_down: "The authority does not answer; the application is kept and asked for later.",
    sanctions_hit: "Somebody has to look; the applicant sees only “being checked”.",
    confirmed: "The usual way, as with every ending that is not listed.",
    manager_rejects: "The manager refuses on T+1; all of it is refunded on that day.",
    partly_confirmed: "Half is confirmed, floored to the fen; the rest is refunded.",
    confirmation_late: "Confirmed one trading day late.",
    statement_lacks_it: "The bank says success, and its statement has no line of it.",
    statement_has_it_twice: "The bank's statement has the line twice.",
  },
};
export default en;
