/** Which kinds of notices are wanted; security is always on. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Check } from "../../components/Field";
import { Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Wishes = Answer<"/v1/me/notification-settings", "get">;
type Chosen = Pick<Wishes, "income" | "order">;

export function Settings(): VNode {
  const t = useText(zh, en);
  const wishes = useGet("/v1/me/notification-settings");
  return (
    <section class="card">
      <h2>{t.settings}</h2>
      <Shown of={wishes} lines={3} height="12rem">{(data) => <Switches wishes={data} />}</Shown>
    </section>
  );
}

function Switches({ wishes }: { wishes: Wishes }): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const [chosen, setChosen] = useState<Chosen>();
  const { income, order } = chosen ?? wishes;
  // Shown at once as it was tapped; as it was before if it could not be kept.
  const choose = (next: Chosen) => void doing.run(async () => {
    setChosen(next);
    try {
      await api.put("/v1/me/notification-settings", { body: next });
    } catch (error) {
      setChosen(undefined);
      throw error;
    }
    refresh("/v1/me/notification-settings", "/v1/me/notifications");
    toast(t.saved);
  });
  return (
    <>
      <Check label={t.income} hint={t.incomeNote} checked={income} onChange={(on) => choose({ income: on, order })} />
      <Check label={t.order} hint={t.orderNote} checked={order} onChange={(on) => choose({ income, order: on })} />
      <div class="always-on"><p>{t.security}</p><p class="field-hint">{t.securityNote}</p></div>
      {doing.failure && <Refused failure={doing.failure} />}
    </>
  );
}
