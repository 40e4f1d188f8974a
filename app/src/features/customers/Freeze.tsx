/** Freezes an account, or lifts the staff's own freeze. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Select } from "../../components/Field";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { useText } from "../../lib/i18n";
import { useStaff } from "../../lib/staff";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { useAttempt } from "./Personal";

const REASONS = ["suspected_fraud", "court_order", "deceased", "identity_theft", "customer_request"] as const;
type Reason = (typeof REASONS)[number];

export function Freeze({ customer }: { customer: Schemas["CustomerView"] }): VNode | null {
  const t = useText(zh, en);
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState<Reason>("suspected_fraud");
  const { busy, failure, attempt } = useAttempt();
  const isFrozen = customer.frozen_by === "staff";
  const path = { customer_id: customer.customer_id };
  const go = () =>
    attempt(async () => {
      if (isFrozen) await api.post("/v1/staff/customers/{customer_id}/unfreeze", { path });
      else await api.post("/v1/staff/customers/{customer_id}/freeze", { path, body: { reason } });
      toast(isFrozen ? t.unfrozenNow : t.frozenNow);
      setOpen(false);
      refresh("/v1/staff/customers", "/v1/staff/audit");
    });
  if (!useStaff().is("support", "operator", "compliance")) return null;
  const verb = isFrozen ? t.unfreeze : t.freeze;
  return (
    <>
      <Button look="second" onPress={() => setOpen(true)}>{verb}</Button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={verb} footer={<Button look={isFrozen ? "primary" : "danger"} busy={busy} onPress={() => void go()}>{verb}</Button>}>
        {failure && <Refused failure={failure} />}
        {!isFrozen && <p>{t.freezeText}</p>}
        {!isFrozen && <Select label={t.freezeReason} value={reason} options={REASONS.map((value) => ({ value, text: t.reasons[value] }))} onChange={setReason} />}
      </Dialog>
    </>
  );
}
