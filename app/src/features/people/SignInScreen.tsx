/** The door of the console: a staff key, or in the sandbox one tap per role. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { Panel } from "../../components/desk/parts";
import { useWords } from "../../components/desk/words";
import { Field } from "../../components/Field";
import { Page } from "../../components/Page";
import { Refused } from "../../components/states";
import { askBrowser } from "../../lib/browser";
import { forgetAll } from "../../lib/forget";
import { useText } from "../../lib/i18n";
import { type Failure, isFailure, Problem } from "../../lib/problem";
import { type Role } from "../../lib/staff";
import en from "./messages.en";
import zh from "./messages.zh";

const ROLES: readonly Role[] = ["operator", "approver", "finance", "compliance", "support", "viewer"];

function useEntering(): { busy: string | undefined; failure: Failure | undefined; enter: (name: string, call: () => Promise<unknown>) => Promise<void> } {
  const [busy, setBusy] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const enter = async (name: string, call: () => Promise<unknown>) => {
    setBusy(name);
    setFailure(undefined);
    try {
      await call();
      forgetAll();
      await askBrowser();
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
    } finally {
      setBusy(undefined);
    }
  };
  return { busy, failure, enter };
}

export function SignInScreen({ sandbox }: { sandbox: boolean }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const [key, setKey] = useState("");
  const [fault, setFault] = useState<string>();
  const { busy, failure, enter } = useEntering();
  const send = (event: Event) => {
    event.preventDefault();
    if (key.trim() === "") return setFault(t.keyMissing);
    setFault(undefined);
    return void enter("key", () => api.post("/v1/staff/sessions", { body: { key: key.trim() } }));
  };
  const isKeyRefused = failure instanceof Problem && failure.status === 401;
  return (
    <Page title={t.title}>
      <p class="muted">{t.lead}</p>
      {failure && !isKeyRefused && <Refused failure={failure} />}
      {sandbox && (
        <Panel title={t.sandboxTitle}>
          <p class="small muted">{t.sandboxLead}</p>
          <div class="role-grid">
            {ROLES.map((role) => (
              <button
                key={role} type="button" class="role-card" aria-busy={busy === role || undefined}
                onClick={() => busy === undefined && void enter(role, () => api.post("/v1/sandbox/staff-sessions", { body: { role } }))}
              >
                <span class="strong">{words.roles[role]}</span>
                <span class="small muted">{t.roles[role]}</span>
              </button>
            ))}
          </div>
        </Panel>
      )}
      <Panel title={t.keyTitle}>
        <form class="stack" onSubmit={send} noValidate>
          <Field label={t.key} type="password" value={key} onInput={setKey} hint={t.keyHint} error={fault ?? (isKeyRefused ? t.keyWrong : undefined)} autocomplete="current-password" />
          <Button type="submit" busy={busy === "key"} look={sandbox ? "second" : "primary"}>{t.enter}</Button>
        </form>
      </Panel>
    </Page>
  );
}
