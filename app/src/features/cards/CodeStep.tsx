/** The code that the bank sent by text message. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { CodeInput } from "../../components/CodeInput";
import { Step } from "../../components/flow/Step";
import { Refused } from "../../components/states";
import { browser } from "../../lib/browser";
import { type Doing, wordsOf } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { useValue } from "../../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";

const AT_CODE = ["auth.code_wrong", "validation.failed"];

interface Props {
  mobile: string;
  doing: Doing;
  /** How many codes the bank did not take. */
  refused: number;
  onCode: (code: string) => void;
}

export function CodeStep({ mobile, doing, refused, onCode }: Props): VNode {
  const t = useText(zh, en);
  const [code, setCode] = useState("");
  const [heeded, setHeeded] = useState(refused);
  const sandbox = useValue(browser)?.mode === "sandbox";
  const masked = mobile.replace(/^(\d{3})\d{4}(\d{4})$/, "$1****$2");
  const beside = wordsOf(doing.failure, AT_CODE) ?? (refused > heeded && !doing.busy ? t.codeFault : undefined);
  return (
    <Step title={t.codeTitle} why={t.codeWhy(masked)}>
      <CodeInput
        label={t.code}
        value={code}
        hint={sandbox ? t.sandboxCode : undefined}
        error={beside}
        onInput={(typed) => (setCode(typed), setHeeded(refused), doing.clear())}
        onComplete={onCode}
      />
      <p class="small muted" role="status">{doing.busy ? t.checking : ""}</p>
      {doing.failure && !beside && <Refused failure={doing.failure} />}
    </Step>
  );
}
