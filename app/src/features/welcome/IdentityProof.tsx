/** Name, ID and payment password on one page: what shows that an account is one's own. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { PasswordInput } from "../../components/CodeInput";
import { Field } from "../../components/Field";
import { Step } from "../../components/flow/Step";
import { Refused } from "../../components/states";
import { type Doing, wordsOf } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { birthOf, cleanNationalId, nationalIdFault } from "../../lib/national-id";
import { weaknessOf } from "../../lib/payment-password";
import en from "./messages.en";
import zh from "./messages.zh";

export interface Proof {
  name: string;
  nationalId: string;
  password: string;
}

interface Props {
  progress: readonly [number, number];
  title: string;
  why: string;
  passwordLabel: string;
  /** A password that is chosen now must not be easy; one that exists is what it is. */
  isNew: boolean;
  next: string;
  doing: Doing;
  onNext: (proof: Proof) => void;
}

type Faults = Partial<Record<keyof Proof, string>>;

export function IdentityProof({ progress, title, why, passwordLabel, isNew, next, doing, onNext }: Props): VNode {
  const t = useText(zh, en);
  const [proof, setProof] = useState<Proof>({ name: "", nationalId: "", password: "" });
  const [faults, setFaults] = useState<Faults>({});
  const put = (part: Partial<Proof>) => {
    setProof({ ...proof, ...part });
    setFaults({});
  };
  const check = (): Faults => {
    const id = nationalIdFault(proof.nationalId);
    const weak = isNew ? weaknessOf(proof.password, birthOf(proof.nationalId)) : undefined;
    if (proof.name.trim() === "") return { name: t.nameFault };
    if (id) return { nationalId: t.idFault[id] };
    if (proof.password.length !== 6) return { password: t.sixDigits };
    return weak ? { password: t.weak[weak] } : {};
  };
  const send = () => {
    const found = check();
    setFaults(found);
    if (Object.keys(found).length === 0) onNext(proof);
  };
  const atPassword = wordsOf(doing.failure, ["payment_password.wrong", "payment_password.too_easy", "payment_password.malformed"]);
  return (
    <Step progress={progress} title={title} why={why} next={next} busy={doing.busy} onNext={send}>
      <Field label={t.name} autocomplete="name" value={proof.name} error={faults.name} onInput={(name) => put({ name })} />
      <Field label={t.nationalId} value={proof.nationalId} error={faults.nationalId} onInput={(typed) => put({ nationalId: cleanNationalId(typed) })} />
      <PasswordInput label={passwordLabel} value={proof.password} error={faults.password ?? atPassword} onInput={(password) => put({ password })} />
      {doing.failure && !atPassword && <Refused failure={doing.failure} money={false} />}
    </Step>
  );
}
