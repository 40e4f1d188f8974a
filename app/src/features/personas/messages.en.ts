/** The persona switcher. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Personas",
  why: "One tap signs you in to the customer app as that person. Names, documents and cards are invented; their ids stay the same over resets.",
  customer: "Customer",
  notYet: "Not a customer yet",
  phone: "Phone", id: "ID number", card: "Card", password: "Payment password",
  enter: "Sign in as this person",
  register: "Register",
  reset: "Reset",
  resetWhy: (name, at) => `Back to the earliest kept state, “${name}” (${at}): everybody's orders and income are as they were then; ids stay.`,
  resetNone: "No state is kept yet. One is kept by itself when the clock first moves.",
  resetNow: "Reset everybody",
  resetTitle: "Reset everybody?",
  resetText: "The whole company goes back to the earliest kept state; what happened since then will not exist. Keep a branch in the time machine first if you want it back.",
  people: {
    saver: ["Saver", "Buys on the day after pay day each month, in no hurry."],
    commuter: ["Commuter", "Many small purchases and fast redemptions; uses up the day's count."],
    student17: ["Student, 17", "Is refused today and turns 18 at midnight."],
    pensioner: ["Pensioner", "Has one normal redemption in flight."],
    gigworker: ["Gig worker", "Irregular amounts; one order is confirmed a trading day late."],
    overindebted: ["Over-indebted", "Keeps little and takes it out soon."],
    fraudring: ["Fraud ring", "Nine people who share devices and cards."],
    vip: ["VIP", "Is over every limit."],
    estate: ["Estate", "The holder has died; the account is frozen."],
    foreign: ["Foreigner", "A name in Latin letters, the English screens."],
  },
};
export default en;
