/** One order: where it stands, who has to move, what it means, what can be done. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { CheckIcon } from "../../components/icons";
import { Fact, Facts } from "../../components/List";
import { OrderSteps } from "../../components/orders/OrderSteps";
import { fenOf, kindWord, type Order, stateWord, useOrderText } from "../../components/orders/words";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatAt, formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import { type ScreenProps, useQuery } from "../../lib/router";
import { refresh, useGet } from "../../lib/store";
import { Cancel, Payouts } from "./Actions";
import en from "./messages.en";
import zh from "./messages.zh";

export function OrderScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const order_id = params["order"] ?? "";
  const order = useGet("/v1/orders/{order_id}", { path: { order_id } });
  useLive("/v1/me/changes", CHANGED, () => refresh(`/v1/orders/${order_id}`, "/v1/payouts"));
  return (
    <Page title={t.order} back={places.records()}>
      <Shown of={order} lines={10} height="44rem">{(data) => <Body order={data.order} />}</Shown>
    </Page>
  );
}

function Body({ order }: { order: Order }): VNode {
  const t = useText(zh, en);
  const words = useOrderText();
  const isNew = useQuery().get("made") !== null;
  return (
    <>
      {isNew && <Made order={order} />}
      <section class="card explain-head">
        <p class="small muted">{kindWord(words, order)}</p>
        <p><Amount fen={fenOf(order)} size="xl" explain={explain.order(order.id)} label={kindWord(words, order)} /></p>
        <p><span class="badge badge-brand">{stateWord(words, order.side, order.state)}</span></p>
        {order.state === "unknown" && <p class="small warn">{words.unknownNote}</p>}
      </section>
      <section class="card"><OrderSteps order={order} /></section>
      <Payouts order={order} />
      <Details order={order} />
      <div class="stack-s">
        <ButtonLink href={`${explain.order(order.id)}/receipt`} look="second" wide>{t.seeReceipt}</ButtonLink>
        <Cancel order={order} />
        <p class="center"><a class="card-link" href={`${places.help()}?about=${order.id}`}>{t.help}</a></p>
      </div>
    </>
  );
}

function Made({ order }: { order: Order }): VNode {
  const t = useText(zh, en);
  return (
    <section class="made" role="status">
      <span class="done-mark" aria-hidden="true"><CheckIcon /></span>
      <h2>{order.side === "purchase" ? t.madeBuy : t.madeRedeem}</h2>
      <p class="small muted">{t.madeNote}</p>
    </section>
  );
}

function Details({ order }: { order: Order }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const days: [string, string | null][] = [
    [t.tDay, order.t_day],
    [t.confirmOn, order.confirm_on],
    [t.earnsFrom, order.earns_from],
    [t.visibleOn, order.visible_on],
    [t.earnsUntil, order.earns_until],
    [t.arrival, order.cash_expected_on],
  ];
  return (
    <section class="card">
      <h2>{t.details}</h2>
      <Facts>
        <Fact name={t.placed}>{formatAt(order.placed_at, lang)}</Fact>
        {days.map(([name, on]) => on && <Fact key={name} name={name}>{formatDay(on, lang)}</Fact>)}
        {order.refunded && <Fact name={t.refunded}><Amount fen={order.refunded.amount} explain={explain.order(order.id)} label={t.refunded} /></Fact>}
        <CardFact id={order.card_id} />
        <Fact name={t.id}><span class="mono small">{order.id}</span></Fact>
      </Facts>
      <p class="tiny muted">{t.beijing}</p>
    </section>
  );
}

function CardFact({ id }: { id: string | null }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const card = useGet("/v1/cards").data?.data.find((one) => one.id === id);
  const banks: Answer<"/v1/banks", "get">["data"] | undefined = useGet(card ? "/v1/banks" : undefined).data?.data;
  if (!card) return null;
  const bank = banks?.find((one) => one.bank === card.bank);
  const name = lang === "en" ? bank?.name_en : bank?.name_zh;
  return <Fact name={t.card}>{t.cardOf(name ?? card.bank, card.last_four)}</Fact>;
}
