/** The second person's word with a reason; the maker sees no button but the way to take it back. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Panel } from "../../components/desk/parts";
import { Field } from "../../components/Field";
import { Fact, Facts } from "../../components/List";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { type Failure, isFailure, Problem } from "../../lib/problem";
import { useStaff } from "../../lib/staff";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  approval: Schemas["ApprovalView"];
  reload: () => void;
}

/** What other screens show that a decided change may have changed. */
const TOUCHED = ["/v1/approvals", "/v1/policies", "/v1/calendar", "/v1/funds", "/v1/staff", "/v1/close"];

export function Decision({ approval, reload }: Props): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const staff = useStaff();
  if (approval.state !== "pending")
    return (
      <Panel title={t.decision}>
        <Facts>
          <Fact name={t.state}>{t.states[approval.state as keyof typeof t.states]}</Fact>
          {approval.checker && <Fact name={t.decision}>{t.decidedBy(approval.checker.replace(/^staff:/, ""), approval.decided_at ? formatAt(approval.decided_at, lang) : "")}</Fact>}
          {approval.reason && <Fact name={t.reason}>{approval.reason}</Fact>}
        </Facts>
      </Panel>
    );
  const since = <p class="small muted">{t.since(formatAt(approval.proposed_at, lang))}</p>;
  if (approval.maker === staff.actor) return <Panel title={t.decision}>{since}<Withdraw approval={approval} reload={reload} /></Panel>;
  if (!staff.is("approver", "operator")) return <Panel title={t.decision}>{since}<p>{t.notRole}</p></Panel>;
  return <Panel title={t.decision}>{since}<Decide approval={approval} reload={reload} /></Panel>;
}

function useAttempt(reload: () => void): { busy: string; failure: Failure | undefined; attempt: (name: string, call: () => Promise<unknown>, said: string) => Promise<void> } {
  const [busy, setBusy] = useState("");
  const [failure, setFailure] = useState<Failure>();
  const attempt = async (name: string, call: () => Promise<unknown>, said: string) => {
    setBusy(name);
    setFailure(undefined);
    try {
      await call();
      toast(said);
      refresh(...TOUCHED);
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
      if (error instanceof Problem && error.status === 409) reload();
    } finally {
      setBusy("");
    }
  };
  return { busy, failure, attempt };
}

function Decide({ approval, reload }: Props): VNode {
  const t = useText(zh, en);
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState<string>();
  const { busy, failure, attempt } = useAttempt(reload);
  const decide = (verdict: "approve" | "refuse") => {
    if (verdict === "refuse" && reason.trim() === "") return setFault(t.reasonMissing);
    setFault(undefined);
    const call = () => api.post("/v1/approvals/{approval_id}/decision", { path: { approval_id: approval.id }, body: { verdict, reason: reason.trim() } });
    return void attempt(verdict, call, verdict === "approve" ? t.approved : t.refusedNow);
  };
  return (
    <>
      {failure && <Refused failure={failure}><Button look="second" onPress={reload}>{t.reload}</Button></Refused>}
      <Field label={t.reason} value={reason} onInput={setReason} hint={t.reasonHint} error={fault} maxLength={500} />
      <div class="row">
        <Button busy={busy === "approve"} off={busy !== ""} onPress={() => decide("approve")}>{t.approve}</Button>
        <Button look="second" busy={busy === "refuse"} off={busy !== ""} onPress={() => decide("refuse")}>{t.refuse}</Button>
      </div>
    </>
  );
}

function Withdraw({ approval, reload }: Props): VNode {
  const t = useText(zh, en);
  const { busy, failure, attempt } = useAttempt(reload);
  const call = () => api.delete("/v1/approvals/{approval_id}", { path: { approval_id: approval.id } });
  return (
    <>
      {failure && <Refused failure={failure} />}
      <p>{t.own}</p>
      <Button look="second" busy={busy !== ""} onPress={() => void attempt("withdraw", call, t.withdrawn)}>{t.withdraw}</Button>
    </>
  );
}
