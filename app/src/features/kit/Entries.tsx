/** Fields, codes, passwords, choices and the pad. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { CodeInput, PasswordInput } from "../../components/CodeInput";
import { Check, Field } from "../../components/Field";
import { AmountInput } from "../../components/Keypad";
import { RadioCards } from "../../components/Radio";
import { useText } from "../../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";

export function Entries(): VNode {
  const t = useText(zh, en);
  const [phone, setPhone] = useState("");
  const [error, setError] = useState<string>();
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [agreed, setAgreed] = useState(false);
  const [speed, setSpeed] = useState<"fast" | "normal">("fast");
  const [amount, setAmount] = useState("");
  const speeds = [
    { value: "fast" as const, text: t.fast, note: t.fastNote },
    { value: "normal" as const, text: t.normal, note: t.normalNote },
  ];
  return (
    <section class="card stack">
      <h2>{t.fields}</h2>
      <Field label={t.phone} value={phone} onInput={setPhone} hint={t.phoneHint} error={error} type="tel" inputMode="tel" autocomplete="tel" />
      <CodeInput label={t.code} value={code} onInput={setCode} />
      <PasswordInput label={t.password} value={password} onInput={setPassword} />
      <RadioCards legend={t.speed} value={speed} onChange={setSpeed} options={speeds} />
      <AmountInput label={t.amount} value={amount} onInput={setAmount} hint={t.amountHint} />
      <Check label={t.agree} checked={agreed} onChange={setAgreed} />
      <Button wide onPress={() => setError(/^\d{11}$/.test(phone) ? undefined : t.phoneWrong)}>{t.buy}</Button>
    </section>
  );
}
