/** Which kinds of notices are wanted; security is always on. */
import type { VNode } from "preact";
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
  const choose = (income: boolean, order: boolean) => void doing.run(async () => {
    await api.put("/v1/me/notification-settings", { body: { income, order } });
    refresh("/v1/me/notification-settings", "/v1/me/notifications");
    toast(t.saved);
  });
  return (
    <>
      <Check label={t.income} hint={t.incomeNote} checked={wishes.income} onChange={(on) => choose(on, wishes.order)} />
      <Check label={t.order} hint={t.orderNote} checked={wishes.order} onChange={(on) => choose(wishes.income, on)} />
      <div class="always-on"><p>{t.security}</p><p class="field-hint">{t.securityNote}</p></div>
      {doing.failure && <Refused failure={doing.failure} />}
    </>
  );
}
