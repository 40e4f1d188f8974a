/** What can be done about an order: take it back in time, send money that did not arrive again. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { type Order } from "../../components/orders/words";
import { RadioCards } from "../../components/Radio";
import { Refused } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { toast } from "../../components/Toast";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { once } from "../../lib/keys";
import { explain, places } from "../../lib/links";
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
  const canRetry = payout.next_step.startsWith("retry");
  const cards = useTargets(canRetry, card, payout.next_step === "retry_to_a_card" ? 1 : -1);
  const [chosen, choose] = useState<string>();
  const target = chosen ?? cards?.[0]?.value;
  const send = () => void doing.run(async () => {
    const grant = target && (await ask());
    if (!grant) return;
    await once(`payout:${payout.id}`, { card_id: target }, (idempotencyKey, body) =>
      api.post("/v1/payouts/{payout_id}/retry", { path: { payout_id: payout.id }, body, idempotencyKey, grant }));
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
      {cards && <Targets cards={cards} value={target} onChange={choose} order={payout.order_id} busy={doing.busy} onSend={send} />}
      {doing.failure && <Refused failure={doing.failure} money retry={send} />}
      {sheet}
    </div>
  );
}

interface Target {
  value: string;
  text: string;
}

interface TargetsProps {
  cards: readonly Target[];
  value: string | undefined;
  onChange: (card: string) => void;
  order: string;
  busy: boolean;
  onSend: () => void;
}

/** Where the money may go now, another card among it. */
function Targets({ cards, value, onChange, order, busy, onSend }: TargetsProps): VNode {
  const t = useText(zh, en);
  return (
    <>
      {value && <RadioCards legend={t.card} value={value} onChange={onChange} options={cards} />}
      {value && <Button look="second" busy={busy} onPress={onSend}>{t.retry}</Button>}
      <p><a class="card-link" href={`${places.bindCard()}?next=${encodeURIComponent(explain.order(order))}`}>{t.otherCard}</a></p>
    </>
  );
}

/** Returns the cards that money can be sent to, the order's own first (-1) or last (1); undefined while we ask. */
function useTargets(wanted: boolean, own: string | null, place: 1 | -1): Target[] | undefined {
  const t = useText(zh, en);
  const lang = useLang();
  const cards = useGet(wanted ? "/v1/cards" : undefined).data?.data;
  const banks = useGet(wanted ? "/v1/banks" : undefined).data?.data;
  const name = (code: string) => {
    const bank = banks?.find((one) => one.bank === code);
    return (lang === "en" ? bank?.name_en : bank?.name_zh) ?? code;
  };
  const rank = (id: string) => (id === own ? place : 0);
  return cards?.filter((one) => one.state === "bound" && !one.blocked)
    .sort((one, other) => rank(one.id) - rank(other.id))
    .map((one) => ({ value: one.id, text: t.cardOf(name(one.bank), one.last_four) }));
}
