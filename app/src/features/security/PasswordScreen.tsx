/** Changing the payment password: the old one, the new one twice; money then stands still for a day. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { PasswordInput } from "../../components/CodeInput";
import { Step } from "../../components/flow/Step";
import { Page } from "../../components/Page";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { useDoing, wordsOf } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { weaknessOf } from "../../lib/payment-password";
import { navigate } from "../../lib/router";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

const AT_OLD = ["payment_password.wrong", "payment_password.locked", "payment_password.missing"];
const AT_NEW = ["payment_password.too_easy", "payment_password.malformed"];

interface Typed {
  old: string;
  fresh: string;
}

export function PasswordScreen(): VNode {
  const t = useText(zh, en);
  const [typed, setTyped] = useState<Typed>({ old: "", fresh: "" });
  const [step, setStep] = useState<"old" | "fresh" | "again">("old");
  const [fault, setFault] = useState<string>();
  const doing = useDoing();
  const change = () => void doing.run(async () => {
    try {
      await api.put("/v1/me/payment-password", { body: { old_payment_password: typed.old, new_payment_password: typed.fresh } });
    } catch (error) {
      setStep("old");
      throw error;
    }
    refresh("/v1/me");
    toast(t.changed);
    navigate(places.security(), { replace: true });
  });
  const ends = {
    old: (digits: string) => (doing.clear(), setTyped({ old: digits, fresh: "" }), setStep("fresh")),
    fresh: (digits: string) => {
      const wrong = digits === typed.old ? t.same : weaknessOf(digits) ? t.easy : undefined;
      setFault(wrong);
      if (wrong) return;
      setTyped({ ...typed, fresh: digits });
      setStep("again");
    },
    again: (digits: string) => (digits === typed.fresh ? change() : (setFault(t.differ), setStep("fresh"))),
  };
  const beside = step === "old" ? wordsOf(doing.failure, [...AT_OLD, ...AT_NEW]) : fault;
  const at = { old: 1, fresh: 2, again: 3 }[step];
  return (
    <Page title={t.changeTitle} back={places.security()}>
      <Step progress={[at, 3]} title={t[step]} why={t.changeWhy}>
        <One key={step} label={t[step]} error={beside} onType={() => setFault(undefined)} onEnd={ends[step]} />
        {doing.failure && !beside && <Refused failure={doing.failure} retry={change} />}
      </Step>
    </Page>
  );
}

function One({ label, error, onType, onEnd }: { label: string; error: string | undefined; onType: () => void; onEnd: (digits: string) => void }): VNode {
  const [digits, setDigits] = useState("");
  return <PasswordInput label={label} value={digits} error={error} onInput={(next) => (onType(), setDigits(next))} onComplete={onEnd} />;
}
