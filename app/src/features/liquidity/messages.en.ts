/** The line behind fast redemptions. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Liquidity",
  fund: "Fund",
  limit: "Line limit",
  used: "Used",
  left: "Left",
  unlimited: "any sum",
  today: "Fast redemptions today",
  midnight: "Used at midnight, projected",
  rest: "Still to come today",
  share: (percent) => `${percent}% used`,
  throttle: "Throttle",
  throttles: { not_offered: "Not offered", unlimited: "No limit", open: "Open", low: "Line low", exhausted: "Line exhausted" },
  throttleNotes: {
    not_offered: "This fund has no fast redemption.", unlimited: "There is no limit to the line.", open: "Fast redemptions go through.",
    low: "Less than a tenth is left, or less than the day still wants.", exhausted: "The line is used up: fast redemptions are off, customers are offered the normal one.",
  },
  runsOut: (at) => `At this pace it is used up at ${at}`,
  hours: "Advanced by hour today",
  projected: "The day's sum (what happened, then what is projected)",
  hour: "Hour",
  amount: "Amount",
  basis: (days) => `By the hourly shares of the last ${days === "1" ? "day" : `${days} days`}; repayments are not in it.`,
  noBasis: "No day to compare with yet, so every minute counts the same; repayments are not in it.",
  cap: "Cap a person and day",
  capText: (count) => `${count} times`,
  from: (day) => `from ${day}`,
  resets: (at) => `The quota resets at ${at}`,
  none: "No fast redemption yet today.",
  propose: "Propose a new line",
};
export default en;
