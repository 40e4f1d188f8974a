/** What comes next for a day that is not closed: which step, whose turn it is, and when. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Stat } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { addDays, between, formatAt, formatClock, formatSpan } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { currentStep, partsOf } from "./steps";

interface Turn {
  /** False while an earlier day is not closed; true also until it is known. */
  isNow: boolean;
  againAt: string | null;
  tries: number;
}

/** Returns whether it is this day's turn to be closed, and when that is tried again by itself. */
export function useTurn(fund: string, on: string): Turn {
  const close = useGet("/v1/close", { query: { limit: 30 } });
  const work = close.data?.rhythm.find((one) => one.kind === "close" && one.fund === fund);
  if (!work) return { isNow: true, againAt: null, tries: 0 };
  const isNow = addDays(work.done_on, 1) === on;
  return { isNow, againAt: isNow ? work.again_at : null, tries: isNow ? work.tries : 0 };
}

export function Next({ day, turn }: { day: Schemas["CloseDayAnswer"]; turn: Turn }): VNode {
  const t = useText(zh, en);
  const step = currentStep(day.cockpit);
  return (
    <Stat name={step ? t.now : t.next} note={<Note day={day} turn={turn} />}>
      <span class="small">{step ? `${step.number} · ${word(t.steps, step.step)}` : t.runs}</span>
    </Stat>
  );
}

function Note({ day, turn }: { day: Schemas["CloseDayAnswer"]; turn: Turn }): VNode | null {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const step = currentStep(day.cockpit);
  if (!step) return null;
  const due = partsOf(step.step, day.steps)[0]?.expected_at;
  if (step.waits_for === "clock" && due) return <span>{t.inSpan(formatAt(due, lang), formatSpan(between(day.business_time, due), lang))}</span>;
  if (!turn.isNow) return <span>{t.before}</span>;
  const who = step.waits_for ? t.waits(word(words.waitsFor, step.waits_for)) : t.runs;
  return <span>{turn.againAt ? `${who} · ${t.againIn(formatClock(turn.againAt), String(turn.tries))}` : who}</span>;
}
