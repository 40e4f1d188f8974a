/** The income calendar. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Income calendar",
  total: "Income of the month",
  agrees: (days) => `${days} ${days === 1 ? "day adds" : "days add"} up to the total, to the fen`,
  differs: "The days do not add up to the total; please tell us",
  chart: "Income by day",
  day: "Day",
  income: "Income",
  days: "Day by day",
  gain: "Income",
  loss: "Loss",
  zero: "No income",
  missing: "Not published yet",
  missingNote: "The fund manager has not published this day; it is booked at once when it is, and never counted as nothing.",
  negativeTitle: "Days with negative income",
  negativeText: (days) => `On ${days} the fund’s assets lost value and all holders carry it by their units. Nobody took units from you; open the day to check it to the fen.`,
  empty: "No income yet.",
  emptyFirst: (day) => `The first income shows on ${day}.`,
  buy: "Start with ¥1.00",
  records: "To the records",
  none: "No income in this month.",
  legend: "Key",
};
export default en;
