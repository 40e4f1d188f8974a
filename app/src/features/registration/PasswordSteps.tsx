/** Six digits, twice; the sixth sends, so nothing needs a tap. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { PasswordInput } from "../../components/CodeInput";
import { Step } from "../../components/flow/Step";
import { useStepUp } from "../../components/StepUp";
import { Refused } from "../../components/states";
import { newcomer } from "../../lib/arrival";
import { isProblem, useDoing, wordsOf } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { passkeysWork } from "../../lib/passkeys";
import { weaknessOf } from "../../lib/payment-password";
import en from "./messages.en";
import zh from "./messages.zh";
import { STEPS } from "./steps";

/** `mayWait`: there is a passkey, so the password can come later. */
export function PasswordSteps({ mayWait, onDone }: { mayWait: boolean; onDone: () => void }): VNode {
  const t = useText(zh, en);
  const [chosen, setChosen] = useState<string>();
  const [fault, setFault] = useState<string>();
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const startOver = (words?: string) => {
    setChosen(undefined);
    setFault(words);
  };
  const choose = (digits: string) => {
    const weak = weaknessOf(digits, newcomer.value?.bornOn);
    if (weak) return startOver(t.weak[weak]);
    setFault(undefined);
    setChosen(digits);
  };
  const repeat = (digits: string) => {
    if (digits !== chosen) return startOver(t.differs);
    void doing.run(async () => {
      // Whoever has a passkey proves with it that the password is her own.
      const grant = mayWait ? await ask() : undefined;
      if (mayWait && grant === undefined) return startOver();
      try {
        await api.post("/v1/me/payment-password", { body: { payment_password: digits }, grant });
      } catch (error) {
        startOver();
        throw error;
      }
      onDone();
    });
  };
  const beside = wordsOf(doing.failure, ["payment_password.too_easy", "payment_password.malformed"]);
  const others = mayWait && <Button wide look="plain" onPress={onDone}>{t.later}</Button>;
  if (chosen !== undefined)
    return (
      <Step key="again" progress={[5, STEPS]} title={t.repeatTitle} why={t.repeatWhy} others={<Button wide look="plain" onPress={() => startOver()}>{t.startOver}</Button>}>
        <Typed key="again" label={t.repeat} onWhole={repeat} />
        {sheet}
      </Step>
    );
  return (
    <Step key="first" progress={[5, STEPS]} title={t.passwordTitle} why={passkeysWork() ? t.passwordWhy : t.passwordOnly} others={others}>
      <Typed key="first" label={t.password} error={fault ?? beside} onWhole={choose} onTyping={() => (setFault(undefined), doing.clear())} />
      {doing.failure && !beside && (
        <Refused failure={doing.failure}>
          {isProblem(doing.failure, "payment_password.already_set") && <Button look="second" onPress={onDone}>{t.goOn}</Button>}
        </Refused>
      )}
    </Step>
  );
}

interface TypedProps {
  label: string;
  error?: string | undefined;
  onWhole: (digits: string) => void;
  onTyping?: () => void;
}

/** A refused entry leaves the field empty for the next one; its error stays until something is typed. */
function Typed({ label, error, onWhole, onTyping }: TypedProps): VNode {
  const [digits, setDigits] = useState("");
  return (
    <PasswordInput
      label={label}
      value={digits}
      error={error}
      onInput={(typed) => {
        if (typed !== "" && typed.length < 6) onTyping?.();
        setDigits(typed);
      }}
      onComplete={(whole) => {
        setDigits("");
        onWhole(whole);
      }}
    />
  );
}
