/** Where the account is used: devices, sessions, accounts of device makers. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { List } from "../../components/List";
import { Refused, Shown } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { browser } from "../../lib/browser";
import { formatAt, formatDay } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { type Same, useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { useValue } from "../../lib/state";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { Removing } from "./Removing";

const FEW = 4;

/** Returns what to call a device; personas sign in without one. */
function nameOf(t: Same<typeof zh>, name: string): string {
  return name === "sandbox" ? t.sandbox : name || t.unnamed;
}

export function Devices(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const devices = useGet("/v1/devices");
  return (
    <section class="stack-s">
      <h2>{t.devices}</h2>
      <Shown of={devices} lines={2} height="5rem">
        {({ data }) => (
          <Few label={t.devices} rows={data} draw={(one) => {
              const name = nameOf(t, one.name);
              const state = [one.is_current ? t.thisDevice : "", one.trusted ? t.trusted : t.untrusted].filter(Boolean).join(" · ");
              return (
                <Removing key={one.device_id} title={name} note={`${state} · ${t.lastSeen(formatAt(one.last_seen_at, lang))}`}
                  action={one.is_current ? undefined : t.remove} label={t.removeAsk(name)} question={t.removeAsk(name)} text={t.removeDeviceText} done={t.deviceRemoved}
                  remove={async () => (await api.delete("/v1/devices/{device_id}", { path: { device_id: one.device_id } }), refresh("/v1/devices", "/v1/sessions"))} />
              );
            }} />
        )}
      </Shown>
    </section>
  );
}

export function Sessions(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const sessions = useGet("/v1/sessions");
  return (
    <section class="stack-s">
      <h2>{t.sessions}</h2>
      <Shown of={sessions} lines={2} height="5rem">
        {({ data }) => (
          <Few label={t.sessions} rows={data} draw={(one) => (
              <Removing key={one.session_id} title={nameOf(t, one.device)} note={[one.is_current ? t.thisDevice : "", t.session(formatAt(one.opened_at, lang))].filter(Boolean).join(" · ")}
                action={one.is_current ? undefined : t.endSession} label={`${t.endSession} ${nameOf(t, one.device)}`} question={t.endAsk} text={t.endText} done={t.sessionEnded}
                remove={async () => (await api.delete("/v1/sessions/{session_id}", { path: { session_id: one.session_id } }), refresh("/v1/sessions"))} />
            )} />
        )}
      </Shown>
    </section>
  );
}

/** The first few of a list, and the rest on demand. */
function Few<T>({ label, rows, draw }: { label: string; rows: readonly T[]; draw: (row: T) => VNode }): VNode {
  const t = useText(zh, en);
  const [all, setAll] = useState(false);
  return (
    <>
      <List label={label}>{(all ? rows : rows.slice(0, FEW)).map(draw)}</List>
      {!all && rows.length > FEW && <Button look="plain" wide onPress={() => setAll(true)}>{t.showAll(rows.length)}</Button>}
    </>
  );
}

export function Accounts(): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const offered = useValue(browser)?.sign_in_methods.includes("device_account") ?? false;
  const accounts = useGet(offered ? "/v1/me/device-accounts" : undefined);
  if (!offered) return null;
  return (
    <section class="stack-s">
      <h2>{t.accounts}</h2>
      <Shown of={accounts} lines={1} height="3rem">
        {({ data }) => data.length === 0
          ? <p class="small muted">{t.noAccounts}</p>
          : (
            <List label={t.accounts}>
              {data.map((one) => (
                <Removing key={one.account_id} title={t.account} note={[one.device, t.linked(formatDay(one.linked_at.slice(0, 10), lang))].filter(Boolean).join(" · ")}
                  action={t.unlink} question={t.unlink} text={t.unlinkText} stepUp done={t.unlinked}
                  remove={async (grant) => (await api.delete("/v1/me/device-accounts/{account_id}", { path: { account_id: one.account_id }, grant }), refresh("/v1/me/device-accounts"))} />
              ))}
            </List>
          )}
      </Shown>
      <Link />
    </section>
  );
}

function Link(): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const link = () => void doing.run(async () => {
    const grant = await ask();
    if (!grant) return;
    const { start_url: to } = await api.post("/v1/me/device-accounts/link", { body: { return_to: places.security() }, grant });
    location.assign(to);
  });
  return (
    <>
      <Button look="second" wide busy={doing.busy} onPress={link}>{t.link}</Button>
      {doing.failure && <Refused failure={doing.failure} retry={link} />}
      {sheet}
    </>
  );
}
