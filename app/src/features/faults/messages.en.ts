/** The fault injector. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Fault injector",
  why: "Make the simulated banks and the manager fail, and see whether the platform reacts as it should. Every fault is in the event log; sandbox only.",
  armed: "Armed and waiting",
  noneArmed: "No fault is armed; all is well.",
  history: "Over",
  noneOver: "No fault has ended yet.",
  parties: { bank: "Banks", "fund-manager": "Fund manager" },
  expected: "What should happen:",
  arm: "Arm",
  notNow: "Not now",
  isNowArmed: "The fault is armed",
  cancel: "Cancel",
  cancelled: "Cancelled; what it did stays done",
  isArmed: "Armed", waits: "Waiting", over: "Over",
  everyone: "All of them",
  from: (at) => `from ${at}`,
  until: (at) => `until ${at}`,
  times: (n) => (n === 1 ? "once more" : `${n} more times`),
  target: "Aimed at", when: "When", now: "From now on", nextTimes: "The next N times", atTime: "From an instant on",
  howOften: "How often", wrongTimes: "From 1 to 9999.", atWhen: "Beijing time",
  range: (least, most) => `${least} to ${most}; may stay empty`,
  outOfRange: (least, most) => `A whole number from ${least} to ${most}.`,
  kinds: {
    bank_down: ["Bank down", "Connections are refused, for an hour if nothing is said.", "The bank is greyed with the reason where cards are chosen; other cards are offered."],
    reply_lost: ["Reply lost", "The bank moves the money; its reply never arrives.", "The order is unknown until asked or reconciled; no second debit is sent."],
    executed_late: ["Executed late", "The bank knows nothing when asked, and executes later: after two hours if nothing is said.", "The order stays unknown: “not found” is not a refusal."],
    callback_duplicated: ["Callback twice", "The same callback comes twice.", "The second is acknowledged and changes nothing."],
    callback_reordered: ["Callbacks out of order", "Success comes before “accepted”.", "It ends as it would have in order."],
    nav_late: ["Income late", "The day's income is published late: by four hours if nothing is said.", "The close waits with a time; customers see “late”, never 0.00."],
    income_negative: ["Negative income", "The day's income is below zero.", "It is booked as it is and explained on home; the close asks for an approval."],
    income_total_off_by_one: ["Off by one fen", "The manager's total is one fen more than its holders got.", "The close refuses it and names both totals and the difference."],
    redemption_suspended: ["Redemption suspended", "The fund's status suspends redemptions.", "Both ways of redeeming are refused with reason and notice."],
    redemption_gate: ["Large redemption", "Only a part of the day's redemptions is accepted; the rest waits or is cancelled.", "Orders are confirmed pro rata, with what becomes of the rest."],
    confirmation_partial: ["Confirmations missing", "Each third answer is missing and comes with the next day's.", "Those orders stay sent, and each is listed."],
    manager_down: ["Manager down", "Nobody answers, for an hour if nothing is said.", "Orders are kept and sent again under the same number."],
    custodian_away: ["Custodian away", "The custodian signs no day, for an hour if nothing is said.", "Closes go on; the seal names who is missing, and later days follow in order."],
  },
};
export default en;
