/** Who did what about a break, newest first: nothing of it is ever changed. */
import type { VNode } from "preact";
import { word } from "../../components/desk/words";
import { useText } from "../../lib/i18n";
import type { Answer } from "./BreakScreen";
import { Told } from "./Decided";
import en from "./messages.en";
import zh from "./messages.zh";

export function History({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  if (answer.acts.length === 0) return <p class="muted">{t.noAudit}</p>;
  return (
    <ol class="plain-rows">
      {[...answer.acts].reverse().map((act, i) => (
        <li key={i}>
          <p class="row-apart"><span class="strong">{word(t.verbs, act.verb)}</span><span class="small muted">{t.version(act.version)}</span></p>
          <Told act={act} />
        </li>
      ))}
    </ol>
  );
}
