/** The states that every screen has: loading, empty, refused, offline, late. */
import type { ComponentChildren, RefObject, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatAt, formatSpan } from "../lib/dates";
import { useLang } from "../lib/i18n";
import { type Failure, NoAnswer, Offline, Problem } from "../lib/problem";
import type { Loaded } from "../lib/store";
import { Button, ButtonLink } from "./Button";
import { useKitText } from "./text";

const STILL_MS = 3_000;
const SLOW_MS = 10_000;

/** Grey lines of the final size; says "still loading" after 3 s and offers a retry after 10 s. */
export function Loading({ lines = 3, height, retry }: { lines?: number; height?: string; retry?: () => void }): VNode {
  const t = useKitText();
  const [stage, setStage] = useState<"first" | "still" | "slow">("first");
  useEffect(() => {
    const timers = [setTimeout(() => setStage("still"), STILL_MS), setTimeout(() => setStage("slow"), SLOW_MS)];
    return () => timers.forEach(clearTimeout);
  }, []);
  const words = stage === "first" ? t.loading : stage === "still" ? t.stillLoading : t.slow;
  return (
    <div class="loading" style={height ? { minHeight: height } : undefined} aria-busy="true">
      {Array.from({ length: lines }, (_, i) => <span key={i} class="skeleton" aria-hidden="true" />)}
      <p class={stage === "first" ? "hidden-visually" : "small muted"} role="status">{words}</p>
      {stage === "slow" && retry && <Button look="second" onPress={retry}>{t.retry}</Button>}
    </div>
  );
}

interface EmptyProps {
  /** One sentence. */
  text: string;
  /** One thing to do. */
  action?: { text: string; href?: string; onPress?: () => void } | undefined;
}

export function Empty({ text, action }: EmptyProps): VNode {
  return (
    <div class="empty">
      <p>{text}</p>
      {action?.href && <ButtonLink href={action.href} look="second">{action.text}</ButtonLink>}
      {action && !action.href && <Button look="second" onPress={action.onPress}>{action.text}</Button>}
    </div>
  );
}

interface RefusedProps {
  failure: Failure;
  /** The request moved money: says that nothing was sent, or how to find out. */
  money?: boolean;
  retry?: (() => void) | undefined;
  /** Leaves the focus alone: where the refusal is only a part of the page. */
  quiet?: boolean;
  children?: ComponentChildren;
}

/** What was refused, why, and what can be done now; takes the focus when it appears. */
export function Refused({ failure, money, retry, quiet, children }: RefusedProps): VNode {
  const t = useKitText();
  const box = useFocusOn(quiet, failure);
  const words = useFailureWords(failure, !!money);
  const problem = failure instanceof Problem ? failure : undefined;
  return (
    <div class="refused" role="alert" tabIndex={-1} ref={box}>
      <p class="strong">{words.what}</p>
      <p>{words.why}</p>
      <NextSteps steps={problem?.nextSteps ?? []} />
      {children}
      {retry && !problem?.isFinal && (
        <Button look="second" onPress={retry}>{money && !problem ? t.checkAgain : t.retry}</Button>
      )}
      <FinePrint problem={problem} />
    </div>
  );
}

/** Returns a ref whose element takes the focus each time another thing appears. */
function useFocusOn(quiet: boolean | undefined, thing: object): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!quiet) box.current?.focus();
  }, [thing]);
  return box;
}

function FinePrint({ problem }: { problem: Problem | undefined }): VNode | null {
  const t = useKitText();
  return problem ? <p class="tiny muted" translate={false}>{t.code(problem.code, problem.requestId)}</p> : null;
}

/** What the server advises programs names routes and headers; people get it from the screen. */
const FOR_PROGRAMS = /\b(GET|POST|PUT|DELETE) \/v1\b|\bHuoqi-\w+|request_id/;

function NextSteps({ steps: all }: { steps: readonly string[] }): VNode | null {
  const t = useKitText();
  const steps = all.filter((step) => !FOR_PROGRAMS.test(step));
  if (steps.length === 0) return null;
  return (
    <div class="stack-s">
      <p class="small strong">{t.nextSteps}</p>
      <ul class="bullets">{steps.map((step) => <li key={step}>{step}</li>)}</ul>
    </div>
  );
}

function useFailureWords(failure: Failure, money: boolean): { what: string; why: string | undefined } {
  const t = useKitText();
  if (failure instanceof Problem) return { what: failure.title || t.refused, why: failure.detail || undefined };
  if (failure instanceof Offline) return { what: money ? t.offlineNothingSent : t.offline, why: undefined };
  if (failure instanceof NoAnswer) return { what: money ? t.noAnswerMoney : t.noAnswerRead, why: undefined };
  return { what: t.unanswered, why: undefined };
}

/** The last known data is shown: since when. */
export function AsOf({ at }: { at: string | undefined }): VNode | null {
  const t = useKitText();
  const lang = useLang();
  if (!at) return null;
  return <p class="as-of small" role="status">{navigator.onLine ? t.noAnswerRead : t.offline} · {t.asOf(formatAt(at, lang))}</p>;
}

interface LateProps {
  lateByMs: number;
  /** What is done about it, one sentence. */
  doing: string;
  ticket?: string | null | undefined;
}

/** `late by 2 h 10 min · what we do · ticket HQ-…` */
export function Late({ lateByMs, doing, ticket }: LateProps): VNode {
  const t = useKitText();
  const lang = useLang();
  const parts = [t.late(formatSpan(lateByMs, lang)), doing, ticket ? t.ticket(ticket) : ""];
  return <p class="late small" role="status">{parts.filter(Boolean).join(" · ")}</p>;
}

interface LoadedProps<T> {
  of: Loaded<T>;
  lines?: number;
  height?: string;
  children: (data: T) => ComponentChildren;
}

/** A read in all its states: skeleton, failure with retry, dated copy, data. */
export function Shown<T>({ of, lines, height, children }: LoadedProps<T>): VNode | null {
  if (of.data !== undefined) return <><AsOf at={of.asOf} />{children(of.data)}</>;
  if (of.error) return <Refused failure={of.error} retry={of.reload} quiet />;
  if (!of.loading) return null;
  return <Loading {...(lines ? { lines } : {})} {...(height ? { height } : {})} retry={of.reload} />;
}
