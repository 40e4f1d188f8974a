/** The fourteen steps of the screen in terms of the close's own steps. */
import type { Schemas } from "../../api/client";
import type { Tone } from "../../components/desk/parts";

type Part = Schemas["StepView"];
type Cockpit = Schemas["CockpitView"];

/** Which of our own steps stand behind a step of the screen. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  freeze_cut_off: ["cut_off"],
  net_orders: ["net_orders"],
  send_orders: ["send_orders"],
  receive_confirmations: ["confirmations"],
  allocate_units: ["units"],
  receive_income: ["income_report"],
  validate: ["validate"],
  roll_positions: ["allocate", "book"],
  trial_balance: ["tie_out"],
  breaks: ["tie_out"],
  tie_out: ["tie_out"],
  seal: ["post", "seal", "publish"],
};

/** Which of the manager's files a step sends or waits for. */
export const FILES: Readonly<Partial<Record<string, readonly string[]>>> = {
  send_orders: ["01", "03"],
  receive_confirmations: ["02", "04"],
  receive_income: ["07", "06", "05"],
  validate: ["07", "06"],
  tie_out: ["05", "25"],
};

/** What a step finds that does not tie; all of it holds up the step of the breaks. */
const BREAKS: Readonly<Partial<Record<string, readonly string[]>>> = {
  receive_confirmations: ["missing_confirmation"],
  validate: ["wrong_fund", "wrong_date", "next_trading_day", "outside_band", "negative_income", "total_units", "total_income", "fund_income", "register_count"],
  trial_balance: ["trial_balance"],
  tie_out: ["register", "register_accrued", "register_count", "total_units", "cash_in", "cash_out", "holdings", "holdings_accrued", "ledger_units", "ledger_accrued"],
};

export function breaksOf<T extends { kind: string }>(step: string, all: readonly T[]): readonly T[] {
  return step === "breaks" ? all : all.filter((row) => BREAKS[step]?.includes(row.kind));
}

export function partsOf(step: string, all: readonly Part[]): readonly Part[] {
  const names = PARTS[step] ?? [];
  return all.filter((part) => names.includes(part.step));
}

/** Returns how many steps are behind us. */
export function passed(steps: readonly Cockpit[]): { done: number; all: number } {
  return { done: steps.filter((step) => step.state === "done" || step.state === "waived").length, all: steps.length };
}

/** Steps about the banks' days, and the breaks of theirs that each is about. */
const OF_BANKS: Readonly<Partial<Record<string, RegExp>>> = { import_statements: /^statement_/, match: /^bank_/, breaks: /^(bank|statement)_/ };

export function isOfBanks(step: string): boolean {
  return step in OF_BANKS;
}

/** Returns the breaks of banks' days that a step is about, by bank. */
export function bankBreaks<T extends { kind: string }>(step: string, all: readonly T[]): readonly T[] {
  const kinds = OF_BANKS[step];
  return kinds ? all.filter((row) => kinds.test(row.kind)) : [];
}

/** Returns the step that the day stands at. */
export function currentStep(steps: readonly Cockpit[]): Cockpit | undefined {
  return steps.find((step) => step.state === "blocked" || step.state === "running") ?? steps.find((step) => step.state === "waiting");
}

export function percentOf(done: number, all: number): number {
  return all === 0 ? 0 : Math.floor((done * 100) / all);
}

export function toneOf(state: string): Tone {
  if (state === "done" || state === "waived") return "good";
  if (state === "blocked") return "bad";
  return state === "running" ? "brand" : "plain";
}
