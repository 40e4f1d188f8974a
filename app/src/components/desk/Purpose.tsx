/** What somebody looks at personal data for; every look is recorded with it. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Select } from "../Field";
import { useWords } from "./words";

export type Purpose = Schemas["RevealBody"]["purpose"];
export const PURPOSES: readonly Purpose[] = ["support_call", "complaint", "identity_check", "fraud_check", "reconciliation", "court_order", "access_request"];

interface Props {
  value: Purpose | "";
  onChange: (value: Purpose | "") => void;
  error?: string | undefined;
}

export function PurposeSelect({ value, onChange, error }: Props): VNode {
  const t = useWords();
  const options = [{ value: "" as const, text: t.choosePurpose }, ...PURPOSES.map((one) => ({ value: one, text: t.purposes[one] }))];
  return <Select<Purpose | ""> label={t.purpose} value={value} options={options} onChange={onChange} error={error} />;
}
