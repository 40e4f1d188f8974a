/** Statements, and the proof of a balance. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Statements",
  empty: (day) => `The first statement can be had on ${day}.`,
  calendar: "To the income calendar",
  next: (day) => `The running month’s statement can be had on ${day}.`,
  income: "Income of the month",
  opening: "Units at the start",
  closing: "Units at the end",
  pdf: "PDF",
  csv: "CSV",
  hash: "Fingerprint of the CSV file (SHA-256)",
  same: "Its totals are those of the other pages, and every download has the same bytes.",
  proof: "Proof of the balance",
  proofAbout: "Each day, platform, fund manager and custodian (simulated) sign one number over all balances. This file shows that yours is in it, and nothing of anybody else’s.",
  proofFile: "Download the proof",
  proofCheck: "Check it without us: huoqi proof verify FILE",
  proofNot: "It does not show that the money exists, that nobody was left out, or what is under way.",
};
export default en;
