/** Whom we talk to, and whether they answer. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Connections",
  banks: "Banks",
  bank: "Bank",
  state: "State",
  states: { up: "Up", silent: "Silent", late: "Late", down: "Down", unused: "Not used yet" },
  lastAnswer: "Last answer",
  lastSilence: "Last silence",
  retry: "Next try",
  pending: "Pending",
  unknown: "Unknown",
  cases: "Cases",
  faults: "Faults armed",
  since: (at) => `since ${at}`,
  manager: "Fund manager",
  files: "What passes",
  done: "Done until",
  expected: "Next",
  askedAgain: "Asked again",
  tries: "Tries",
  answer: "Their answer",
  answers: { NotReady: "not ready", ManagerDown: "no answer" },
  authority: "Identity authority",
  waiting: (n) => `${n} wait for an answer`,
  kinds: { close: "Close", confirmations: "Confirmations", income: "NAV and income", orders_out: "Orders out", transfers: "Transfers" },
  bankFiles: "Bank statement files",
  later: "Not connected yet",
  laterNote: "The twelve banks' end-of-day statements (arrived, acknowledged, checksum, rows, fetched again) come with reconciliation.",
  allUp: "All is well",
  some: (n) => `${n} to look at`,
  none: "none",
};
export default en;
