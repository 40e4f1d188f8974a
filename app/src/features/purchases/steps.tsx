/** An order's steps for the timeline: expected, actual, who we wait for, late. */
import type { VNode } from "preact";
import { Late } from "../../components/states";
import { useKitText } from "../../components/text";
import type { TimelineStep } from "../../components/Timeline";
import { useText } from "../../lib/i18n";
import type { Order } from "./BoughtScreen";
import en from "./messages.en";
import zh from "./messages.zh";

type Step = Order["timeline"][number];

const FAILED = ["failed", "refused", "cancelled", "reversed"];

export function useSteps(order: Order): TimelineStep[] {
  const t = useText(zh, en);
  const { parties } = useKitText();
  const states: Partial<Record<string, string>> = t.states;
  const who: Record<string, string> = { us: parties.us, your_bank: parties.bank, fund_manager: parties.fund_manager, authority: parties.authority };
  const isOver = FAILED.includes(order.state);
  const now = isOver ? -1 : order.timeline.findIndex((step) => step.actual_at === null);
  return order.timeline.map((step, i) => ({
    key: step.state,
    title: (i === now && order.state === "unknown" ? t.states.unknown : states[step.state]) ?? step.state,
    state: stateOf(step, i === now),
    expectedAt: step.expected_at,
    actualAt: step.actual_at,
    waitsFor: step.waits_for && who[step.waits_for],
    note: <LateLine step={step} doing={t.lateDoing} />,
  }));
}

function stateOf(step: Step, isNow: boolean): TimelineStep["state"] {
  if (FAILED.includes(step.state)) return "failed";
  if (step.actual_at) return "done";
  return isNow ? "now" : "later";
}

function LateLine({ step, doing }: { step: Step; doing: string }): VNode | null {
  const late = "late_by_s" in step ? step.late_by_s : undefined;
  const ticket = "ticket" in step && typeof step.ticket === "string" ? step.ticket : undefined;
  return typeof late === "number" ? <Late lateByMs={late * 1000} doing={doing} ticket={ticket} /> : null;
}
