/** ✓ or ✗: what the browser found when it worked the figure out again. */
import type { VNode } from "preact";
import { CheckIcon, CrossIcon } from "../../components/icons";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";

export type Fault = keyof typeof zh.faults;

export function Verdict({ faults }: { faults: readonly Fault[] }): VNode {
  const t = useText(zh, en);
  const agrees = faults.length === 0;
  const what = faults.map((fault) => t.faults[fault]).join(", ");
  return (
    <div class={`verdict ${agrees ? "verdict-good" : "verdict-bad"}`} role="status" data-verdict={agrees ? "agrees" : "differs"}>
      <span class="verdict-mark" aria-hidden="true">{agrees ? <CheckIcon /> : <CrossIcon />}</span>
      <div class="stack-s">
        <p class="strong">{agrees ? t.agrees : t.differs}</p>
        <p class="small">{agrees ? t.agreesNote : t.differsNote(what)}</p>
        {!agrees && <p class="small"><a href={places.help()}>{t.contact}</a></p>}
      </div>
    </div>
  );
}
