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

export function CodeStep({ mobile, doing, onCode }: { mobile: string; doing: Doing; onCode: (code: string) => void }): VNode {
  const t = useText(zh, en);
  const [code, setCode] = useState("");
  const sandbox = useValue(browser)?.mode === "sandbox";
  const masked = mobile.replace(/^(\d{3})\d{4}(\d{4})$/, "$1****$2");
  const beside = wordsOf(doing.failure, AT_CODE);
  return (
    <Step title={t.codeTitle} why={t.codeWhy(masked)}>
      <CodeInput
        label={t.code}
        value={code}
        hint={sandbox ? t.sandboxCode : undefined}
        error={beside}
        onInput={setCode}
        onComplete={(whole) => {
          setCode("");
          onCode(whole);
        }}
      />
      <p class="small muted" role="status">{doing.busy ? t.checking : ""}</p>
      {doing.failure && !beside && <Refused failure={doing.failure} />}
    </Step>
  );
}
