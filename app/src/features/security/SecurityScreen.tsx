/** Freeze in two taps; passkeys, password, devices, sessions and device accounts. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import { refresh, useGet } from "../../lib/store";
import { CoolDown } from "./CoolDown";
import { Accounts, Devices, Sessions } from "./Devices";
import { Freeze } from "./Freeze";
import en from "./messages.en";
import zh from "./messages.zh";
import { Passkeys } from "./Passkeys";

type Me = Answer<"/v1/me", "get">;

export function SecurityScreen(): VNode {
  const t = useText(zh, en);
  const me = useGet("/v1/me");
  useLive("/v1/me/changes", CHANGED, () => refresh("/v1/devices", "/v1/sessions", "/v1/passkeys", "/v1/me/device-accounts"));
  return (
    <Page title={t.title} back={places.me()}>
      <Shown of={me} lines={8} height="40rem">{(data) => <Body me={data} />}</Shown>
    </Page>
  );
}

function Body({ me }: { me: Me }): VNode {
  const t = useText(zh, en);
  return (
    <>
      {me.cool_down_until && <CoolDown until={me.cool_down_until} />}
      <Freeze by={me.frozen_by} />
      <section class="stack-s">
        <h2>{t.proofs}</h2>
        <List label={t.proofs}>
          <Row title={t.password} note={me.has_payment_password ? t.passwordSet : t.passwordMissing} end={<span class="brand-ink">{me.has_payment_password ? t.change : t.set}</span>}
            href={me.has_payment_password ? `${places.security()}/password` : places.registerSecure()} />
          {me.has_payment_password && <Row title={t.recover} href={places.recoverPassword()} />}
        </List>
      </section>
      <Passkeys />
      <Devices />
      <Sessions />
      <Accounts />
    </>
  );
}
