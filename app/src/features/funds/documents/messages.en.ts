/** The documents of a fund, in versions: short texts of our own. */
import type zh from "./messages.zh";

const en: typeof zh = {
  summary: {
    title: "Product summary",
    version: "1",
    from: "2015-05-11",
    body: [
      "What it is: a money market fund. Its manager puts the money into deposits, bonds and other short paper; a custodian keeps it, not this platform.",
      "How it earns: each calendar day the fund publishes its income per 10,000 units. Yours is worked out on your confirmed units, to the fen, and becomes units.",
      "When it begins: bought before the cut-off of a trading day, the units are confirmed and earn from the next trading day; the first income is seen a calendar day later.",
      "How it comes back: normal redemptions have no limit and are paid after confirmation; fast ones take minutes, have limits a day, and earn nothing on that day.",
      "Fees: those that the fund’s page lists under rules and fees on the day; what is not listed there is not charged.",
      "Who may buy: people of 18 and over, by their real name, with a debit card of their own.",
    ],
  },
  risk: {
    title: "Risk notice",
    version: "1",
    from: "2015-05-11",
    body: [
      "A fund is no deposit. Neither capital nor income is guaranteed; income may be nothing, and it may be negative.",
      "Past performance is no promise. The 7-day yield stretches the last seven days over a year; it says nothing about the next.",
      "In rough markets, after large redemptions or when technology fails, the fund may suspend purchases, suspend redemptions or pay later.",
      "Fast redemption is advanced by a provider; when its line is used up, only normal redemption is left.",
      "Passkey and payment password are yours to keep. If something looks wrong, freeze the account in the security centre at once.",
    ],
  },
};
export default en;
