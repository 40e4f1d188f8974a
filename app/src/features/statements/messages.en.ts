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
  proofNow: "Check it here, now",
  proofFile: "Download the proof",
  proofChoose: "Check a saved proof",
  proofCheck: "Check it without us: huoqi proof verify FILE --keys KEYS --roots ROOTS",
  proofSigners: "Of the three who sign, fund manager and custodian are simulated in a sandbox.",
  holds: "The proof holds",
  holdsPartly: "What was checked fits; some steps could not be checked here",
  holdsNote: (ms) => `This browser worked it out by itself in ${ms} ms and sent nothing to anybody.`,
  fails: "The proof does not hold",
  failsNote: "One step at least fails. Download it again; if it fails again, tell us.",
  ofDay: "At the end of",
  yourUnits: "Your units",
  yourIncome: "Income of that day",
  holders: "Holders in all",
  rootIs: "Root",
  marks: { good: "✓", bad: "✗", unknown: "–" },
  stepNames: {
    form: "The file is whole", day: "It is of the latest sealed day", keys: "The keys are the published ones", platform: "The platform signed", fund_manager: "The fund manager signed (simulated)", custodian: "The custodian signed (simulated)",
    path: "Your balance leads to the signed root", list: "The root is that of the public list",
  },
  stepNotes: {
    form: "Form and length are right.", day: "Not of an earlier one.", keys: "Signed with the three keys that are published; not compared offline if they were never read here.",
    platform: "The signature fits the statement, byte for byte.", fund_manager: "Signed by the sandbox, after a look into the register.", custodian: "Signed by the sandbox, after a look at the cash.",
    path: "From your units and income, joined level by level with the digests beside them, comes the same root.", list: "Everybody sees the same root; not compared offline if it was never read here.",
  },
  caveatsTitle: "What it does not show",
  caveats: [
    "It proves that your balance is in what was signed, not that the money exists: for that there are the manager’s register and the custodian’s signature.",
    "A customer who was left out is noticed only if some customers check.",
    "Three signers who collude can lie.",
    "The totals are proved by the auditor’s run over all holders, not by one proof.",
    "Others could be shown another root, so it also stands on statements and in the public list, chained to the day before.",
    "It shows the end of the day, not orders that are under way.",
  ],
};
export default en;
