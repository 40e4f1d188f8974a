/** One step of a way that has several: how far, one question, why we ask, one button. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useText } from "../../lib/i18n";
import { Button } from "../Button";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  /** `[2, 5]`: the second of five. */
  progress?: readonly [number, number];
  title: string;
  why?: ComponentChildren;
  children: ComponentChildren;
  /** What the button says; without it there is none, as where the last digit sends. */
  next?: string;
  busy?: boolean;
  onNext?: () => void;
  /** Below the button: other ways. */
  others?: ComponentChildren;
}

export function Step({ progress, title, why, children, next, busy, onNext, others }: Props): VNode {
  const form = useRef<HTMLFormElement>(null);
  useFirstField(form, title);
  return (
    <form
      ref={form}
      class="flow-step"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onNext?.();
      }}
    >
      {progress && <Progress at={progress[0]} of={progress[1]} />}
      <div class="stack-s">
        <h2 class="flow-title">{title}</h2>
        {why !== undefined && <p class="small muted">{why}</p>}
      </div>
      {children}
      {next && <Button type="submit" wide busy={!!busy}>{next}</Button>}
      {others}
    </form>
  );
}

function Progress({ at, of }: { at: number; of: number }): VNode {
  const t = useText(zh, en);
  return (
    <div class="flow-progress">
      <span class="flow-bars" aria-hidden="true">
        {Array.from({ length: of }, (_, i) => <span key={i} class={i < at ? "done" : ""} />)}
      </span>
      <span class="tiny muted">{t.step(at, of)}</span>
    </div>
  );
}

/** The field of a step takes the focus as the step appears: typing can begin without a tap.
 *
 * Whoever was quicker and types in another field already keeps it.
 */
function useFirstField(form: { current: HTMLFormElement | null }, step: string): void {
  const before = useMemo(() => document.activeElement, [step]); // before its fields are there
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const chosen = document.activeElement !== before && form.current?.contains(document.activeElement);
      if (!chosen) form.current?.querySelector<HTMLElement>("input:not([type=checkbox]):not([type=radio])")?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [step]);
}
