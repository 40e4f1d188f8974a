/** The customer's passkeys: seen, added, removed. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Button } from "../../components/Button";
import { List } from "../../components/List";
import { Refused, Shown } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { toast } from "../../components/Toast";
import { formatDay } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { request } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { makePasskey, PasskeyCancelled, passkeysWork } from "../../lib/passkeys";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { Removing } from "./Removing";

type Passkey = Answer<"/v1/passkeys", "get">["data"][number];

export function Passkeys(): VNode {
  const t = useText(zh, en);
  const passkeys = useGet("/v1/passkeys");
  return (
    <section class="stack-s">
      <h2>{t.passkeys}</h2>
      <Shown of={passkeys} lines={2} height="4rem">
        {({ data }) => data.length === 0
          ? <p class="small muted">{t.noPasskeys}</p>
          : <List label={t.passkeys}>{data.map((one) => <PasskeyRow key={one.passkey_id} passkey={one} />)}</List>}
      </Shown>
      {passkeysWork() ? <Add /> : <p class="small muted">{t.passkeysNot}</p>}
    </section>
  );
}

function PasskeyRow({ passkey }: { passkey: Passkey }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const name = passkey.label || t.passkeyDefault;
  const day = (at: string) => formatDay(at.slice(0, 10), lang);
  const facts = [t.added(day(passkey.added_at)), passkey.last_used_at ? t.lastUsed(day(passkey.last_used_at)) : "", passkey.synced ? t.synced : "", passkey.suspended ? t.suspended : ""];
  const remove = async (grant: string | undefined) => {
    await api.delete("/v1/passkeys/{passkey_id}", { path: { passkey_id: passkey.passkey_id }, grant });
    refresh("/v1/passkeys");
  };
  return (
    <Removing title={name} note={facts.filter(Boolean).join(" · ")} action={t.remove} label={t.removeAsk(name)} question={t.removeAsk(name)}
      text={t.removePasskeyText} stepUp remove={remove} done={t.passkeyRemoved} />
  );
}

function Add(): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const [cancelled, setCancelled] = useState(false);
  const needsGrant = useGet("/v1/me").data?.has_payment_password ?? true;
  const add = () => void doing.run(async () => {
    setCancelled(false);
    const grant = needsGrant ? await ask() : undefined;
    if (needsGrant && !grant) return;
    const { options } = await api.post("/v1/passkeys/options", { grant });
    try {
      const credential = await makePasskey(options as Record<string, unknown>);
      await request("POST", "/v1/passkeys", { body: { label: t.passkeyDefault, credential }, grant });
    } catch (error) {
      if (error instanceof PasskeyCancelled) return setCancelled(true);
      throw error;
    }
    refresh("/v1/passkeys");
    toast(t.passkeyAdded);
  });
  return (
    <>
      <Button look="second" wide busy={doing.busy} onPress={add}>{t.addPasskey}</Button>
      {cancelled && <p class="small warn" role="status">{t.passkeyCancelled}</p>}
      {doing.failure && <Refused failure={doing.failure} retry={add} />}
      {sheet}
    </>
  );
}
