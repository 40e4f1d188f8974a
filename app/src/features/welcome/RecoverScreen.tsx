/** A new phone: the account moves to another number; money stands still for a while after. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { PhoneCode } from "../../components/flow/PhoneCode";
import { Page } from "../../components/Page";
import { eraseCopies, askBrowser } from "../../lib/browser";
import { useDoing } from "../../lib/doing";
import { forgetAll } from "../../lib/forget";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { CoolDown } from "./CoolDown";
import { IdentityProof, type Proof } from "./IdentityProof";
import en from "./messages.en";
import zh from "./messages.zh";

export function RecoverScreen(): VNode {
  const t = useText(zh, en);
  const [proven, setProven] = useState<{ phone: string; code: string }>();
  const [done, setDone] = useState(false);
  const doing = useDoing();
  const send = async (phone: string) => (await api.post("/v1/recoveries/code", { body: { phone } })).phone_masked;
  const move = (proof: Proof) => void doing.run(async () => {
    if (!proven) return;
    const body = { new_phone: proven.phone, code: proven.code, name: proof.name.trim(), national_id: proof.nationalId, payment_password: proof.password, device: "" };
    await api.post("/v1/recoveries/phone", { body });
    await eraseCopies();
    forgetAll();
    setDone(true);
    await askBrowser();
  });
  return (
    <Page title={t.recover} back={places.signIn()}>
      {done ? <CoolDown title={t.moved} /> : proven ? (
        <IdentityProof progress={[3, 3]} title={t.proofTitle} why={t.proofWhy} passwordLabel={t.payPassword} isNew={false} next={t.moveNow} doing={doing} onNext={move} />
      ) : (
        <PhoneCode
          progress={[1, 3]}
          title={t.recoverTitle}
          why={t.recoverWhy}
          send={send}
          prove={async (phone, code) => setProven({ phone, code })}
          others={<p class="notice small">{t.recoverCool}</p>}
        />
      )}
    </Page>
  );
}
