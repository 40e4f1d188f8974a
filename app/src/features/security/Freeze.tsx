/** Stops everything in two taps; lifting it asks who is there. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { Refused } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { toast } from "../../components/Toast";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function Freeze({ by }: { by: "self" | "staff" | null }): VNode {
  if (by) return <Frozen byStaff={by === "staff"} />;
  return <Open />;
}

function Open(): VNode {
  const t = useText(zh, en);
  const [asking, setAsking] = useState(false);
  const doing = useDoing();
  const freeze = () => void doing.run(async () => {
    setAsking(false);
    await api.post("/v1/me/freeze");
    refresh("/v1/me");
  });
  return (
    <section class="card stack-s">
      <h2>{t.freezeTitle}</h2>
      <p class="small muted">{t.freezeText}</p>
      <Button look="alarm" wide busy={doing.busy} onPress={() => setAsking(true)}>{t.freeze}</Button>
      {doing.failure && <Refused failure={doing.failure} retry={freeze} />}
      <Confirm open={asking} title={t.freezeAsk} text={t.freezeAskText} confirm={t.freeze} danger onConfirm={freeze} onClose={() => setAsking(false)} />
    </section>
  );
}

function Frozen({ byStaff }: { byStaff: boolean }): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const lift = () => void doing.run(async () => {
    const grant = await ask();
    if (!grant) return;
    await api.post("/v1/me/unfreeze", { grant });
    refresh("/v1/me");
    toast(t.unfrozen);
  });
  return (
    <section class="notice notice-warn" role="status">
      <h2>{t.frozen}</h2>
      <p class="small">{byStaff ? t.frozenStaff : t.frozenText}</p>
      {byStaff ? <ButtonLink href={places.help()} look="second">{t.help}</ButtonLink> : <Button look="second" wide busy={doing.busy} onPress={lift}>{t.unfreeze}</Button>}
      {doing.failure && <Refused failure={doing.failure} retry={lift} />}
      {sheet}
    </section>
  );
}
