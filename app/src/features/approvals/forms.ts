/** The forms that propose changes: their fields, and the request that each makes. */
import { api, type Schemas } from "../../api/client";
import { wireFen } from "../../lib/money";
import { type Check, date, dates, datesNeeded, dayList, fenOf, reference, required, signedYuan, wholeNumber, yuanOrNothing } from "./checks";
import type zh from "./messages.zh";
import type { Same } from "../../lib/i18n";

type Words = Same<typeof zh>;
type Sent = { approval: Schemas["ApprovalView"] };
export type Values = Readonly<Record<string, string>>;
type About = Readonly<Record<string, string>>;

export interface FormField {
  name: string;
  label: string;
  hint?: string;
  check: Check;
  kind?: "date" | "lines";
  options?: readonly { value: string; text: string }[];
}

export interface Form {
  fields: readonly FormField[];
  send: (values: Values) => Promise<Sent>;
}

export const FORM_NAMES = ["policy", "state", "line", "calendar", "closures", "override", "debt", "payment"] as const;
export type FormName = (typeof FORM_NAMES)[number];
/** Forms that begin from something: a debt, a payment, a holder's day. */
export const FROM_ELSEWHERE: readonly FormName[] = ["override", "debt", "payment"];

type StateBody = Schemas["StateBody"];
const STATES: readonly StateBody["state"][] = ["open", "purchases_suspended", "redemptions_suspended", "gated", "liquidating"];
type Way = Schemas["SettlementBody"]["way"];
const WAYS: readonly Way[] = ["collection", "units", "held_refund", "write_off"];
type Verdict = Schemas["ResolutionBody"]["verdict"];
const VERDICTS: readonly Verdict[] = ["success", "reject", "close_cases"];

const pick = <T extends string>(all: readonly T[], value: string | undefined, first: T): T => all.find((one) => one === value) ?? first;
const money = (text: string | undefined) => {
  const fen = text ? fenOf(text) : undefined;
  return fen === undefined ? null : wireFen(fen);
};
const listed = <T extends string>(all: readonly T[], texts: Readonly<Record<string, string>>) => all.map((value) => ({ value, text: texts[value] ?? value }));

/** Returns the form of a kind of change; the policy's is a screen of its own. */
export function formOf(name: Exclude<FormName, "policy">, t: Words, about: About, funds: readonly string[]): Form {
  const source: FormField = { name: "source", label: t.source, hint: t.sourceHint, check: required };
  const version: FormField = { name: "version", label: t.version, check: required };
  const proof: FormField = { name: "proof", label: t.proof, check: reference };
  const fund: FormField = { name: "fund", label: t.fund, check: required, options: funds.map((value) => ({ value, text: value })) };
  const given = (key: string) => about[key] ?? "";
  const forms: Record<Exclude<FormName, "policy">, Form> = {
    state: {
      fields: [fund, { name: "state", label: t.newState, check: required, options: listed(STATES, t.values) }, { name: "reason", label: t.reason, check: required }, source],
      send: (v) => api.post("/v1/funds/{fund}/state", { path: { fund: v["fund"] ?? "" }, body: { state: pick(STATES, v["state"], "open"), reason: v["reason"] ?? "", source: v["source"] ?? "" } }),
    },
    line: {
      fields: [fund, { name: "limit", label: t.limit, hint: t.limitHint, check: yuanOrNothing }, source],
      send: (v) => api.post("/v1/funds/{fund}/advance-line", { path: { fund: v["fund"] ?? "" }, body: { limit: money(v["limit"]), source: v["source"] ?? "" } }),
    },
    calendar: {
      fields: [{ name: "last", label: t.lastDay, check: date, kind: "date" }, { name: "closed", label: t.closed, hint: t.closedHint, check: dates, kind: "lines" }, source, version],
      send: (v) => api.post("/v1/calendar", { body: { last_loaded_on: v["last"] ?? "", closed_on: dayList(v["closed"] ?? ""), source: v["source"] ?? "", version: v["version"] ?? "" } }),
    },
    closures: {
      fields: [{ name: "closed", label: t.closed, hint: t.closedHint, check: datesNeeded, kind: "lines" }, source, version],
      send: (v) => api.post("/v1/calendar/closures", { body: { closed_on: dayList(v["closed"] ?? ""), source: v["source"] ?? "", version: v["version"] ?? "" } }),
    },
    override: {
      fields: [{ name: "income", label: t.income, hint: t.incomeHint, check: signedYuan }, { name: "source", label: t.file, check: reference }, { name: "record", label: t.recordNo, check: wholeNumber }],
      send: (v) => api.post("/v1/staff/customers/{customer_id}/holdings/{fund}/days/{on}/override", {
        path: { customer_id: given("customer"), fund: given("fund"), on: given("on") },
        body: { income: wireFen(fenOf(v["income"] ?? "") ?? 0n), source: v["source"] ?? "", record_no: JSON.parse(v["record"] || "1") as number },
      }),
    },
    debt: {
      fields: [{ name: "way", label: t.way, check: required, options: listed(WAYS, t.ways) }, { name: "amount", label: t.amountYuan, hint: t.amountAll, check: yuanOrNothing }, proof],
      send: (v) => api.post("/v1/staff/debts/{order_id}/settlements", { path: { order_id: given("order") }, body: { way: pick(WAYS, v["way"], "collection"), amount: money(v["amount"]), proof: v["proof"] ?? "" } }),
    },
    payment: {
      fields: [{ name: "verdict", label: t.verdict, check: required, options: listed(VERDICTS, t.verdicts) }, { ...proof, check: required }],
      send: (v) => api.post("/v1/staff/payments/{payment_id}/resolution", { path: { payment_id: given("payment") }, body: { verdict: pick(VERDICTS, v["verdict"], "success"), proof: v["proof"] ?? "" } }),
    },
  };
  return forms[name];
}
