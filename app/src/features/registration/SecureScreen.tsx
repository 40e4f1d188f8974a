/** How payments are confirmed: a passkey first, a payment password beside it or instead. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { Step } from "../../components/flow/Step";
import { Page } from "../../components/Page";
import { Refused } from "../../components/states";
import { ownPath } from "../../lib/arrival";
import { useDoing } from "../../lib/doing";
import { request } from "../../lib/http";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { makePasskey, PasskeyCancelled, passkeysWork } from "../../lib/passkeys";
import { navigate, useQuery } from "../../lib/router";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { PasswordSteps } from "./PasswordSteps";
import { STEPS } from "./steps";

export function SecureScreen(): VNode {
  const t = useText(zh, en);
  const next = ownPath(useQuery().get("next"), places.bindCard());
  const [stage, setStage] = useState<"passkey" | "password">(passkeysWork() ? "passkey" : "password");
  const [hasPasskey, setHasPasskey] = useState(false);
  const goOn = () => {
    refresh("/v1/me", "/v1/passkeys");
    navigate(next, { replace: true });
  };
  return (
    <Page title={t.secure} back={places.home()}>
      {stage === "passkey" ? (
        <PasskeyStep
          onMade={() => {
            setHasPasskey(true);
            setStage("password");
          }}
          onSkip={() => setStage("password")}
        />
      ) : (
        <PasswordSteps mayWait={hasPasskey} onDone={goOn} />
      )}
    </Page>
  );
}

function PasskeyStep({ onMade, onSkip }: { onMade: () => void; onSkip: () => void }): VNode {
  const t = useText(zh, en);
  const [cancelled, setCancelled] = useState(false);
  const doing = useDoing();
  const make = () => void doing.run(async () => {
    setCancelled(false);
    try {
      const { options } = await request<{ options: Record<string, unknown> }>("POST", "/v1/passkeys/options");
      const credential = await makePasskey(options);
      await request("POST", "/v1/passkeys", { body: { label: t.passkeyLabel, credential } });
    } catch (error) {
      if (!(error instanceof PasskeyCancelled)) throw error;
      return setCancelled(true);
    }
    onMade();
  });
  return (
    <Step
      progress={[5, STEPS]}
      title={t.passkeyTitle}
      why={t.passkeyWhy}
      next={t.makePasskey}
      busy={doing.busy}
      onNext={make}
      others={<Button wide look="plain" onPress={onSkip}>{t.noPasskey}</Button>}
    >
      {doing.failure && <Refused failure={doing.failure} />}
      <p class="small warn" role="status">{cancelled ? t.passkeyCancelled : ""}</p>
    </Step>
  );
}
