/** A row that can be taken away: asked once, after a step-up where the server wants one. */
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { Refused } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { toast } from "../../components/Toast";
import { useDoing } from "../../lib/doing";

interface Props {
  title: ComponentChildren;
  note: ComponentChildren;
  /** What the button says. */
  action?: string | undefined;
  /** For screen readers, who hear many such buttons. */
  label?: string | undefined;
  question: string;
  text: string;
  /** Asks who is there first. */
  stepUp?: boolean;
  remove: (grant: string | undefined) => Promise<unknown>;
  done: string;
}

export function Removing({ title, note, action, label, question, text, stepUp, remove, done }: Props): VNode {
  const [asking, setAsking] = useState(false);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const go = () => void doing.run(async () => {
    setAsking(false);
    const grant = stepUp ? await ask() : undefined;
    if (stepUp && !grant) return;
    await remove(grant);
    toast(done);
  });
  return (
    <li class="list-row">
      <span class="list-main"><span class="list-title">{title}</span><span class="list-note">{note}</span></span>
      {action && <Button look="plain" busy={doing.busy} label={label} onPress={() => setAsking(true)}>{action}</Button>}
      {doing.failure && <div class="row-wide"><Refused failure={doing.failure} retry={go} /></div>}
      <Confirm open={asking} title={question} text={text} confirm={action ?? ""} danger onConfirm={go} onClose={() => setAsking(false)} />
      {sheet}
    </li>
  );
}
