/** Opening an account: one question a step, each with why we ask. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { ButtonLink } from "../../components/Button";
import { Field } from "../../components/Field";
import { PhoneCode } from "../../components/flow/PhoneCode";
import { Step } from "../../components/flow/Step";
import { Page } from "../../components/Page";
import { newcomer } from "../../lib/arrival";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { useQuery } from "../../lib/router";
import { useGet } from "../../lib/store";
import { IdStep } from "./IdStep";
import en from "./messages.en";
import zh from "./messages.zh";
import { STEPS } from "./steps";

export function RegisterScreen(): VNode {
  const t = useText(zh, en);
  const isLinked = useQuery().get("linked") === "pending";
  const [token, setToken] = useState<string>();
  const [name, setName] = useState("");
  const [isNamed, setNamed] = useState(false);
  const [nameFault, setNameFault] = useState<string>();
  const fund = useGet("/v1/funds").data?.data[0]?.fund;
  const send = async (phone: string) => (await api.post("/v1/registrations", { body: { phone } })).phone_masked;
  const prove = async (phone: string, code: string) => {
    const made = await api.post("/v1/registrations/code", { body: { phone, code } });
    newcomer.set({ phone, bornOn: undefined });
    setToken(made.application_token);
  };
  const wrongName = (words: string) => {
    setNameFault(words);
    setNamed(false);
  };
  return (
    <Page title={t.title} back={places.home()}>
      {isLinked && token === undefined && <p class="notice notice-good small">{t.linked}</p>}
      {token === undefined ? (
        <PhoneCode
          progress={[1, STEPS]}
          title={t.phoneTitle}
          why={t.phoneWhy}
          send={send}
          prove={prove}
          others={<div class="flow-others"><ButtonLink look="plain" href={places.signIn()}>{t.haveAccount}</ButtonLink>{fund && <ButtonLink look="plain" href={places.document(fund, "privacy")}>{t.privacy}</ButtonLink>}</div>}
        />
      ) : !isNamed ? (
        <NameStep
          name={name}
          fault={nameFault}
          onName={(typed) => {
            setName(typed);
            setNameFault(undefined);
          }}
          onNext={() => (name.trim() ? setNamed(true) : setNameFault(t.nameFault))}
        />
      ) : (
        <IdStep token={token} name={name.trim()} onName={wrongName} />
      )}
    </Page>
  );
}

interface NameProps {
  name: string;
  fault: string | undefined;
  onName: (typed: string) => void;
  onNext: () => void;
}

function NameStep({ name, fault, onName, onNext }: NameProps): VNode {
  const t = useText(zh, en);
  return (
    <Step progress={[3, STEPS]} title={t.nameTitle} why={t.nameWhy} next={t.next} onNext={onNext}>
      <Field label={t.name} autocomplete="name" value={name} error={fault} onInput={onName} />
    </Step>
  );
}
