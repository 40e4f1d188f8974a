/** Right after a purchase: how it stands and goes on, live. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { CheckIcon, ClockIcon, CrossIcon } from "../../components/icons";
import { OrderSteps } from "../../components/orders/OrderSteps";
import type { Order } from "../../components/orders/words";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import type { ScreenProps } from "../../lib/router";
import { refresh, useGet } from "../../lib/store";
import { LimitLine } from "./LimitLine";
import en from "./messages.en";
import zh from "./messages.zh";

export function BoughtScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const order = useGet("/v1/orders/{order_id}", { path: { order_id: params["order"] ?? "" } });
  useLive("/v1/me/changes", CHANGED, () => refresh("/v1/orders", "/v1/holdings"));
  return (
    <Page title={t.bought} back={places.home()}>
      <Shown of={order} lines={8} height="32rem">{(data) => <Progress order={data.order} />}</Shown>
    </Page>
  );
}

/** Which of the few heads fits: going well is one of them, whatever the step. */
function headOf(state: string): keyof (typeof zh)["heads"] {
  const own = ["placed", "unknown", "failed", "refused", "refunded", "partly_confirmed", "cancelled"] as const;
  return own.find((one) => one === state) ?? "paid";
}

type Head = ReturnType<typeof headOf>;

function Progress({ order }: { order: Order }): VNode {
  const t = useText(zh, en);
  const hasFailed = order.state === "failed";
  return (
    <>
      <Standing order={order} head={headOf(order.state)} />
      {order.timeline.length > 0 && <section class="card"><OrderSteps order={order} /></section>}
      {hasFailed && <ButtonLink wide replace href={places.buy(order.fund)}>{t.again}</ButtonLink>}
      <ButtonLink wide look={hasFailed ? "second" : "primary"} href={places.home()} replace>{t.home}</ButtonLink>
      <ButtonLink wide look="plain" href={places.records()}>{t.records}</ButtonLink>
    </>
  );
}

function Standing({ order, head }: { order: Order; head: Head }): VNode {
  const t = useText(zh, en);
  const notes: Partial<Record<string, string>> = t.notes;
  return (
    <section class="card bought" aria-live="polite" data-state={order.state}>
      <span class={`done-mark mark-${head}`}><HeadIcon head={head} /></span>
      <h2 class="flow-title">{t.heads[head]}</h2>
      {order.amount && <p><Amount fen={order.amount.amount} size="xl" explain={explain.order(order.id)} label={t.orderAmount} /></p>}
      {order.refunded && <p class="small muted">{t.refunded} <Amount size="s" fen={order.refunded.amount} explain={explain.order(order.id)} /></p>}
      {notes[head] && <p class={head === "unknown" ? "strong" : "muted"}>{notes[head]}</p>}
      <Reason code={order.reason} />
      {order.reason === "card.daily_limit" && order.card_id && <LimitLine card={order.card_id} />}
    </section>
  );
}

function HeadIcon({ head }: { head: Head }): VNode {
  if (head === "failed" || head === "cancelled") return <CrossIcon />;
  return head === "paid" || head === "refunded" ? <CheckIcon /> : <ClockIcon />;
}

function Reason({ code }: { code: string | null }): VNode | null {
  const t = useText(zh, en);
  if (!code) return null;
  return <p class="small" role="status">{t.reasons[code] ?? t.reason(code)}</p>;
}
