/** Sign in: with a passkey, with the phone, with the device maker's account. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { PhoneCode } from "../../components/flow/PhoneCode";
import { Page } from "../../components/Page";
import { Refused } from "../../components/states";
import { enter, ownPath } from "../../lib/arrival";
import { browser } from "../../lib/browser";
import { useDoing } from "../../lib/doing";
import { request } from "../../lib/http";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { PasskeyCancelled, passkeysWork, usePasskey as sign } from "../../lib/passkeys";
import { Problem } from "../../lib/problem";
import { useQuery } from "../../lib/router";
import { useValue } from "../../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";

export function SignInScreen(): VNode {
  const t = useText(zh, en);
  const next = ownPath(useQuery().get("next"), places.home());
  const [stranger, setStranger] = useState(false);
  const send = async (phone: string) => (await api.post("/v1/sessions/code", { body: { phone } })).phone_masked;
  const prove = async (phone: string, code: string) => {
    try {
      await api.post("/v1/sessions", { body: { phone, code, device: "" } });
    } catch (error) {
      if (error instanceof Problem && error.code === "auth.no_account") return setStranger(true);
      throw error;
    }
    await enter(next);
  };
  return (
    <Page title={t.signIn} back={places.home()}>
      {stranger ? <NoAccount onOther={() => setStranger(false)} /> : (
        <>
          <PasskeyDoor next={next} />
          <PhoneCode title={t.signInTitle} why={t.signInWhy} send={send} prove={prove} others={<Others next={next} />} />
        </>
      )}
    </Page>
  );
}

function PasskeyDoor({ next }: { next: string }): VNode | null {
  const t = useText(zh, en);
  const doing = useDoing();
  const [cancelled, setCancelled] = useState(false);
  const offered = useValue(browser)?.sign_in_methods.includes("passkey");
  if (!offered || !passkeysWork()) return null;
  const start = () => void doing.run(async () => {
    setCancelled(false);
    try {
      const { options } = await request<{ options: Record<string, unknown> }>("POST", "/v1/sessions/passkey/options");
      const credential = await sign(options);
      await request("POST", "/v1/sessions/passkey", { body: { credential } });
    } catch (error) {
      if (!(error instanceof PasskeyCancelled)) throw error;
      return setCancelled(true);
    }
    await enter(next);
  });
  return (
    <div class="stack">
      <Button wide busy={doing.busy} onPress={start}>{t.passkey}</Button>
      <p class="small muted" role="status">{cancelled ? t.cancelled : ""}</p>
      {doing.failure && <Refused failure={doing.failure} />}
      <p class="flow-or">{t.or}</p>
    </div>
  );
}

function Others({ next }: { next: string }): VNode {
  const t = useText(zh, en);
  const view = useValue(browser);
  return (
    <div class="stack">
      {view?.sign_in_methods.includes("device_account") && (
        <div class="stack-s">
          <ButtonLink look="second" wide href={`/v1/oidc/start?return_to=${encodeURIComponent(next)}`}>{t.deviceAccount}</ButtonLink>
          {view.mode === "sandbox" && <p class="tiny muted center">{t.deviceAccountSandbox}</p>}
        </div>
      )}
      <div class="flow-others">
        <ButtonLink look="plain" href={places.register()}>{t.noAccount}</ButtonLink>
        <ButtonLink look="plain" href={places.recover()}>{t.lostPhone}</ButtonLink>
      </div>
    </div>
  );
}

function NoAccount({ onOther }: { onOther: () => void }): VNode {
  const t = useText(zh, en);
  return (
    <section class="card stack" role="alert">
      <h2>{t.unknownTitle}</h2>
      <p>{t.unknownWhy}</p>
      <ButtonLink wide href={places.register()}>{t.register}</ButtonLink>
      <Button wide look="second" onPress={onOther}>{t.otherPhone}</Button>
    </section>
  );
}
