/** What can be done about an order: take it back in time, send money that did not arrive again. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { type Order } from "../../components/orders/words";
import { Refused } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { toast } from "../../components/Toast";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { once } from "../../lib/keys";
import { explain } from "../../lib/links";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

const CANCELLABLE = new Set(["placed", "paid", "accepted"]);

export function Cancel({ order }: { order: Order }): VNode | null {
  const t = useText(zh, en);
  const [open, setOpen] = useState(false);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const cutOff = useGet("/v1/funds/{fund}", { path: { fund: order.fund } }).data;
  const isOpen = cutOff !== undefined && cutOff.business_time < `${order.t_day}T${cutOff.cut_off}`;
  if (order.speed === "fast" || !CANCELLABLE.has(order.state) || !isOpen) return null;
  const cancel = () => void doing.run(async () => {
    setOpen(false);
    const grant = await ask();
    if (!grant) return;
    await once(`cancel:${order.id}`, {}, (idempotencyKey) =>
      api.post("/v1/orders/{order_id}/cancellation", { path: { order_id: order.id }, body: {}, idempotencyKey, grant }));
    refresh("/v1/orders", "/v1/holdings");
    toast(t.cancelled);
  });
  return (
    <>
      <Button look="plain" wide busy={doing.busy} onPress={() => setOpen(true)}>{t.cancel}</Button>
      {doing.failure && <Refused failure={doing.failure} money retry={cancel} />}
      <Confirm open={open} title={t.cancel} text={t.cancelText} confirm={t.cancel} danger onConfirm={cancel} onClose={() => setOpen(false)} />
      {sheet}
    </>
  );
}

type Payout = Answer<"/v1/payouts", "get">["data"][number];

/** Where the money of the order is; only shown where something has to be said. */
export function Payouts({ order }: { order: Order }): VNode | null {
  const t = useText(zh, en);
  const payouts = useGet("/v1/payouts", { query: { limit: 50 } }).data?.data;
  const own = payouts?.filter((payout) => payout.order_id === order.id && payout.next_step !== "nothing");
  if (!own?.length) return null;
  return (
    <section class="card stack">
      <h2>{t.payouts}</h2>
      {own.map((payout) => <PayoutLine key={payout.id} payout={payout} card={order.card_id} />)}
    </section>
  );
}

function PayoutLine({ payout, card }: { payout: Payout; card: string | null }): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const canRetry = card !== null && payout.next_step.startsWith("retry");
  const send = () => void doing.run(async () => {
    const grant = card && (await ask());
    if (!grant) return;
    const body = { card_id: card };
    await once(`payout:${payout.id}`, body, (idempotencyKey, sent) =>
      api.post("/v1/payouts/{payout_id}/retry", { path: { payout_id: payout.id }, body: sent, idempotencyKey, grant }));
    refresh("/v1/payouts", "/v1/orders", "/v1/holdings");
    toast(t.retried);
  });
  const step = (t.payoutSteps as Record<string, string>)[payout.next_step] ?? "";
  return (
    <div class="stack-s">
      <p class="row-apart">
        <span>{t.payoutKinds[payout.kind]} · {t.payoutStates[payout.state]}</span>
        <Amount fen={payout.amount.amount} explain={explain.order(payout.order_id)} label={t.payoutKinds[payout.kind]} />
      </p>
      <p class="small muted">{step}</p>
      {canRetry && <Button look="second" busy={doing.busy} onPress={send}>{t.retry}</Button>}
      {doing.failure && <Refused failure={doing.failure} money retry={send} />}
      {sheet}
    </div>
  );
}
