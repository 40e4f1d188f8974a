/** How an order goes on: each step with its expected and actual time and who we wait for. */
import type { VNode } from "preact";
import { Late } from "../states";
import { Timeline, type TimelineStep } from "../Timeline";
import { isBad, type Order, type OrderText, reasonWord, stateWord, useOrderText } from "./words";

type Step = Order["timeline"][number];

export function OrderSteps({ order }: { order: Order }): VNode {
  const t = useOrderText();
  const next = order.timeline.findIndex((step) => !step.actual_at);
  const steps = order.timeline.map((step, i) => stepOf(t, order, step, i === next));
  return <Timeline label={t.steps} steps={steps} />;
}

function stepOf(t: OrderText, order: Order, step: Step, isNext: boolean): TimelineStep {
  const party = step.waits_for ? (t.parties as Record<string, string>)[step.waits_for] : undefined;
  const bad = isBad(step.state) && step.state !== "refunded"; // the money is back: that step went well
  return {
    key: step.state,
    title: stateWord(t, order.side, step.state),
    state: bad && step.actual_at ? "failed" : step.actual_at ? "done" : isNext ? "now" : "later",
    expectedAt: step.expected_at,
    actualAt: step.actual_at,
    waitsFor: party,
    note: noteOf(t, order, step, isNext),
  };
}

function noteOf(t: OrderText, order: Order, step: Step, isNext: boolean): VNode | undefined {
  if (isNext && order.state === "unknown") return <p class="small warn">{t.unknown}</p>;
  if (step.late_by_s) return <Late lateByMs={step.late_by_s * 1000} doing={t.doing} ticket={step.ticket} />;
  if (order.reason && isBad(step.state)) return <p class="small">{t.reason(reasonWord(t, order.reason))}</p>;
  return undefined;
}
