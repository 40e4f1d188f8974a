/** The steps of an order or a close: what is done, what we wait for, until when. */
import type { ComponentChildren, VNode } from "preact";
import { formatAt } from "../lib/dates";
import { useLang } from "../lib/i18n";
import { CheckIcon } from "./icons";
import { useKitText } from "./text";

export interface TimelineStep {
  key: string;
  title: string;
  state: "done" | "now" | "later" | "failed";
  expectedAt?: string | null | undefined;
  actualAt?: string | null | undefined;
  /** Who we wait for, in the words of the screen. */
  waitsFor?: string | null | undefined;
  /** A late line, a reason. */
  note?: ComponentChildren;
}

export function Timeline({ label, steps }: { label: string; steps: readonly TimelineStep[] }): VNode {
  return (
    <ol class="timeline" aria-label={label}>
      {steps.map((step) => <Step key={step.key} step={step} />)}
    </ol>
  );
}

function Step({ step }: { step: TimelineStep }): VNode {
  const t = useKitText();
  const lang = useLang();
  const words = { done: t.stepDone, now: t.stepNow, later: t.stepLater, failed: t.refused }[step.state];
  return (
    <li class={`step step-${step.state}`} aria-current={step.state === "now" ? "step" : undefined}>
      <span class="step-dot" aria-hidden="true">{step.state === "done" && <CheckIcon />}</span>
      <div class="grow">
        <p class="strong">{step.title}<span class="hidden-visually"> · {words}</span></p>
        {step.actualAt
          ? <p class="small muted">{t.actual(formatAt(step.actualAt, lang))}</p>
          : step.expectedAt && <p class="small muted">{t.expected(formatAt(step.expectedAt, lang))}</p>}
        {step.waitsFor && step.state === "now" && <p class="small">{t.waitsFor(step.waitsFor)}</p>}
        {step.note}
      </div>
    </li>
  );
}
