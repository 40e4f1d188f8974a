/** A forgotten payment password: phone, name and ID, then a new one. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { PhoneCode } from "../../components/flow/PhoneCode";
import { Page } from "../../components/Page";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { CoolDown } from "./CoolDown";
import { IdentityProof, type Proof } from "./IdentityProof";
import en from "./messages.en";
import zh from "./messages.zh";

export function RecoverPasswordScreen(): VNode {
  const t = useText(zh, en);
  const [code, setCode] = useState<string>();
  const [done, setDone] = useState(false);
  const doing = useDoing();
  const send = async (phone: string) => (await api.post("/v1/recoveries/code", { body: { phone } })).phone_masked;
  const change = (proof: Proof) => void doing.run(async () => {
    const body = { code: code ?? "", name: proof.name.trim(), national_id: proof.nationalId, new_payment_password: proof.password };
    await api.post("/v1/recoveries/payment-password", { body });
    setDone(true);
  });
  return (
    <Page title={t.recoverPassword} back={places.security()}>
      {done ? <CoolDown title={t.changed} /> : code !== undefined ? (
        <IdentityProof progress={[3, 3]} title={t.newTitle} why={t.newWhy} passwordLabel={t.newPassword} isNew next={t.setNow} doing={doing} onNext={change} />
      ) : (
        <PhoneCode
          progress={[1, 3]}
          title={t.passwordTitle}
          why={t.passwordWhy}
          send={send}
          prove={async (_, entered) => setCode(entered)}
          others={<p class="notice small">{t.passwordCool}</p>}
        />
      )}
    </Page>
  );
}
