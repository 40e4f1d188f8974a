/** The bar over every page of the sandbox: what day it is, tomorrow in one tap, and all the rest. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatAt, formatSpan } from "../lib/dates";
import { useDoing } from "../lib/doing";
import { businessTime } from "../lib/http";
import { browser } from "../lib/browser";
import { useLang, useText } from "../lib/i18n";
import { isFailure } from "../lib/problem";
import { useValue } from "../lib/state";
import { useLive } from "../lib/live";
import { ClockIcon } from "../components/icons";
import { clock, type Clock, journey, type Move, move, progressOf, readClock, take } from "./machine";
import { Panel } from "./Panel";
import en from "./messages.en";
import zh from "./messages.zh";

const STREAM = "/v1/sandbox/clock/changes";

export function TimeBar(): VNode {
  const t = useText(zh, en);
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const trip = useValue(journey);
  const doing = useDoing();
  useClock(open || trip !== undefined);
  const go = (how: Move) => void doing.run(() => move(how));
  const close = () => (setOpen(false), opener.current?.focus());
  // A refusal has to be seen, also when only "tomorrow" was pressed.
  useEffect(() => {
    if (doing.failure) setOpen(true);
  }, [doing.failure]);
  return (
    <div class="bar" onKeyDown={(event) => event.key === "Escape" && open && !event.defaultPrevented && close()}>
      <button ref={opener} type="button" class="bar-open" aria-expanded={open} aria-controls="time-panel" onClick={() => setOpen(!open)}>
        <ClockIcon />
        <Now />
        <span class="bar-fold" aria-hidden="true" />
      </button>
      <button type="button" class="bar-next" aria-disabled={trip ? true : undefined} aria-busy={trip ? true : undefined} onClick={() => !trip && go({ kind: "days", count: 1 })}>
        {trip ? <span class="spinner" aria-hidden="true" /> : null}<span>{t.tomorrow}</span>
      </button>
      {trip && <Line />}
      {open && <Panel go={go} failure={doing.failure} onClose={close} />}
    </div>
  );
}

/** The clock is asked once where a developer's session is at hand, and followed while it matters. */
function useClock(follow: boolean): void {
  const view = useValue(browser);
  const isDeveloper = view?.developer.signed_in === true;
  useEffect(() => {
    if (isDeveloper || follow) readClock().catch((error: unknown) => {
      if (!isFailure(error)) throw error;
    });
  }, [isDeveloper, follow]);
  // Browsers keep six connections: the stream is there only while it is looked at.
  useLive(follow && isDeveloper ? STREAM : undefined, ["clock"], (told) => take(told as Clock));
}

function Now(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const at = useValue(businessTime);
  const told = useValue(clock);
  const state = told?.state ?? "ready";
  const words: Partial<Record<string, string>> = t.states;
  return (
    <span class="bar-now">
      <span class="hidden-visually">{t.bar} </span>
      <span class="bar-at">{at ? formatAt(at, lang) : t.unknown}</span>
      {state !== "ready" && <span class={state === "failed" ? "badge badge-bad" : state === "advancing" ? "badge badge-warn bar-going" : "badge badge-warn"}>{words[state] ?? state}</span>}
    </span>
  );
}

/** How far the journey is, in a line at the lower edge and in words for those who do not see it. */
function Line(): VNode {
  const words = useProgress();
  return (
    <>
      <span class="bar-line" aria-hidden="true"><span style={{ inlineSize: `${Math.round(words.part * 100)}%` }} class={words.isKnown ? "" : "bar-sweep"} /></span>
      <span class="hidden-visually" role="status">{words.text}</span>
    </>
  );
}

/** Returns how far the journey is and a sentence about it. */
export function useProgress(): { part: number; isKnown: boolean; text: string } {
  const t = useText(zh, en);
  const lang = useLang();
  const told = useValue(clock);
  const trip = useValue(journey);
  const done = trip && told ? progressOf(trip, told, performance.now()) : undefined;
  if (!done) return { part: 1, isKnown: false, text: trip ? t.moving : "" };
  const left = Number.isNaN(done.leftMs) ? "" : t.left(formatSpan(Math.max(1_000, done.leftMs), lang));
  return { part: done.part, isKnown: true, text: [t.movingTo(formatAt(told?.target ?? "", lang)), left].filter(Boolean).join(" · ") };
}
