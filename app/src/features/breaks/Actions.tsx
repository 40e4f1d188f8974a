/** What can be done about a break today; what comes later is named. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { Panel, Tag } from "../../components/desk/parts";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { type Failure, isFailure } from "../../lib/problem";
import { navigate } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function Actions({ answer }: { answer: Schemas["BreakAnswer"] }): VNode {
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
    refresh("/v1/staff/breaks", "/v1/close");
  };
  const negative = async () => {
    const { approval } = await api.post("/v1/close/{fund}/{on}/negative-income", { path: { fund, on } });
    navigate(consoleLinks.approval(approval.id));
  };
  const has = (part: string) => answer.actions.some((one) => one.action.includes(part));
  return (
    <Panel title={t.actions}>
      {failure && <Refused failure={failure} />}
      {!staff.is("operator") ? <p class="small muted">{t.notYours}</p> : (
        <div class="stack-s">
          {has("close_day_run") && <Button look="second" busy={busy === "run"} onPress={() => void act("run", rerun)}>{t.rerun}</Button>}
          {has("override") && answer.customer_id && <ButtonLink look="second" href={consoleLinks.propose("override", { customer: answer.customer_id, fund, on })}>{t.override}</ButtonLink>}
          {has("negative") && <Button look="second" busy={busy === "loss"} onPress={() => void act("loss", negative)}>{t.negative}</Button>}
        </div>
      )}
      <p class="small muted">{t.clears}</p>
      <div class="row small muted"><span>{t.comeLater}</span>{t.later.map((name) => <Tag key={name}>{name}</Tag>)}</div>
    </Panel>
  );
}
