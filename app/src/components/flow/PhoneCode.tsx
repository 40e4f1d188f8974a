/** A phone, and the code that was sent to it. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { browser } from "../../lib/browser";
import { isProblem, useDoing, wordsOf } from "../../lib/doing";
import { cleanDigits } from "../../lib/entries";
import { useText } from "../../lib/i18n";
import { useValue } from "../../lib/state";
import { Button } from "../Button";
import { CodeInput } from "../CodeInput";
import { Field } from "../Field";
import { Refused } from "../states";
import en from "./messages.en";
import zh from "./messages.zh";
import { Step } from "./Step";

interface Props {
  /** Of the first of the two steps; the code is the next one. */
  progress?: readonly [number, number];
  title: string;
  why: string;
  /** Asks the server to send a code; returns the phone with its middle hidden. */
  send: (phone: string) => Promise<string>;
  /** Takes the code to the server; what it throws is shown beside the code. */
  prove: (phone: string, code: string) => Promise<void>;
  others?: ComponentChildren;
}

const PHONE = /^1[3-9]\d{9}$/;
const AGAIN_S = 60;

export function PhoneCode(props: Props): VNode {
  const [phone, setPhone] = useState("");
  const [sentTo, setSentTo] = useState<string>();
  if (sentTo === undefined)
    return <PhoneStep {...props} phone={phone} onPhone={setPhone} onSent={setSentTo} />;
  return <CodeStep {...props} phone={phone} sentTo={sentTo} onOther={() => setSentTo(undefined)} />;
}

interface PhoneProps extends Props {
  phone: string;
  onPhone: (phone: string) => void;
  onSent: (masked: string) => void;
}

function PhoneStep({ progress, title, why, send, others, phone, onPhone, onSent }: PhoneProps): VNode {
  const t = useText(zh, en);
  const [fault, setFault] = useState<string>();
  const doing = useDoing();
  const next = () => {
    if (!PHONE.test(phone)) return setFault(t.phoneFault);
    void doing.run(async () => onSent(await send(phone)));
  };
  const beside = wordsOf(doing.failure, ["identity.phone_malformed", "validation.failed"]);
  return (
    <Step {...(progress ? { progress } : {})} title={title} why={why} next={t.send} busy={doing.busy} onNext={next} others={others}>
      <Field
        label={t.phone}
        type="tel"
        inputMode="numeric"
        autocomplete="tel-national"
        value={phone}
        error={fault ?? beside}
        onInput={(typed) => {
          setFault(undefined);
          onPhone(cleanDigits(typed.replace(/^\+?86(?=1\d{10})/, ""), 11));
        }}
      />
      {doing.failure && !beside && <Refused failure={doing.failure} retry={next} />}
    </Step>
  );
}

const AT_CODE = ["auth.code_wrong", "auth.code_expired"];

function CodeStep({ progress, send, prove, phone, sentTo, onOther }: Props & { phone: string; sentTo: string; onOther: () => void }): VNode {
  const t = useText(zh, en);
  const [code, setCode] = useState("");
  const doing = useDoing();
  const sandbox = useValue(browser)?.mode === "sandbox";
  const take = (whole: string) => void doing.run(() => prove(phone, whole));
  const beside = wordsOf(doing.failure, AT_CODE);
  const second = progress && ([progress[0] + 1, progress[1]] as const);
  return (
    <Step
      {...(second ? { progress: second } : {})}
      title={t.codeTitle}
      why={t.sentTo(sentTo)}
      others={
        <div class="flow-others">
          <Again send={() => send(phone)} />
          <Button look="plain" onPress={onOther}>{t.otherPhone}</Button>
        </div>
      }
    >
      <CodeInput
        label={t.code}
        value={code}
        hint={sandbox ? t.sandboxCode : undefined}
        error={beside}
        onInput={(typed) => {
          setCode(typed);
          if (isProblem(doing.failure, ...AT_CODE)) doing.clear();
        }}
        onComplete={take}
      />
      <p class="small muted" role="status">{doing.busy ? t.checking : ""}</p>
      {doing.failure && !beside && <Refused failure={doing.failure} retry={() => take(code)} />}
    </Step>
  );
}

/** Another code, once the minute is over. */
function Again({ send }: { send: () => Promise<string> }): VNode {
  const t = useText(zh, en);
  const [left, setLeft] = useState(AGAIN_S);
  const doing = useDoing();
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);
  const again = () => void doing.run(async () => {
    await send();
    setLeft(AGAIN_S);
  });
  return (
    <>
      <Button look="plain" off={left > 0} busy={doing.busy} onPress={again}>{left > 0 ? t.againIn(left) : t.again}</Button>
      {doing.failure && <Refused failure={doing.failure} />}
    </>
  );
}
