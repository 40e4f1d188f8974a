/** What else can be done about an open day's break: run the close again, let a loss close. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { Panel } from "../../components/desk/parts";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { type Failure, isFailure } from "../../lib/problem";
import { navigate } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { refresh } from "../../lib/store";
import type { Answer } from "./BreakScreen";
import en from "./messages.en";
import zh from "./messages.zh";

export function DayActions({ answer }: { answer: Answer }): VNode | null {
  const t = useText(zh, en);
  const staff = useStaff();
  const [busy, setBusy] = useState("");
  const [failure, setFailure] = useState<Failure>();
  const { fund, on } = answer.data;
  const act = async (name: string, call: () => Promise<void>) => {
    setBusy(name);
    setFailure(undefined);
    try {
      await call();
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
    } finally {
      setBusy("");
    }
  };
  const rerun = async () => {
    await api.post("/v1/close/{fund}/{on}", { path: { fund, on }, timeoutMs: 600_000 });
    toast(t.reran);
    refresh("/v1/breaks", "/v1/close");
  };
  const negative = async () => {
    const { approval } = await api.post("/v1/close/{fund}/{on}/negative-income", { path: { fund, on } });
    navigate(consoleLinks.approval(approval.id));
  };
  const has = (name: string) => answer.actions.some((one) => one.action === name);
  if (!staff.is("operator") || !(has("close_day_run") || has("close_day_pass_negative"))) return null;
  return (
    <Panel title={t.actions}>
      {failure && <Refused failure={failure} />}
      <div class="row">
        {has("close_day_run") && <Button look="second" busy={busy === "run"} onPress={() => void act("run", rerun)}>{t.rerun}</Button>}
        {has("close_day_pass_negative") && <Button look="second" busy={busy === "loss"} onPress={() => void act("loss", negative)}>{t.negative}</Button>}
      </div>
      <p class="small muted">{t.clears}</p>
    </Panel>
  );
}
