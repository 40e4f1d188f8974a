/** The customer's cards, each with what it may still move today. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { CardIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Rich } from "../../components/Rich";
import { Empty, Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { fraction } from "../../lib/scale";
import { useGet } from "../../lib/store";
import { Manage } from "./Manage";
import en from "./messages.en";
import zh from "./messages.zh";

export type Card = Answer<"/v1/cards", "get">["data"][number];
type Direction = "collect" | "payout";

export function CardsScreen(): VNode {
  const t = useText(zh, en);
  const cards = useGet("/v1/cards");
  return (
    <Page title={t.title} back={places.me()}>
      <Shown of={cards} lines={8} height="36rem">{({ data }) => <Body cards={data} />}</Shown>
    </Page>
  );
}

function Body({ cards }: { cards: readonly Card[] }): VNode {
  const t = useText(zh, en);
  const live = cards.filter((card) => card.state !== "unbound" && card.state !== "rejected");
  const former = cards.filter((card) => card.state === "unbound");
  if (live.length === 0) return <Empty text={t.empty} action={{ text: t.bind, href: places.bindCard() }} />;
  return (
    <>
      {live.map((card) => <CardPanel key={card.id} card={card} />)}
      <ButtonLink href={places.bindCard()} look="second" wide>{t.bindAnother}</ButtonLink>
      {former.length > 0 && (
        <section class="stack-s">
          <h2 class="small muted">{t.former}</h2>
          <List label={t.former}>{former.map((card) => <Row key={card.id} title={<CardName card={card} />} end={<span class="muted small">{t.states.unbound}</span>} />)}</List>
        </section>
      )}
    </>
  );
}

export function CardName({ card }: { card: Card }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const bank = useGet("/v1/banks").data?.data.find((one) => one.bank === card.bank);
  const name = (lang === "en" ? bank?.name_en : bank?.name_zh) ?? card.bank;
  return <>{t.cardOf(name, card.last_four)}</>;
}

function CardPanel({ card }: { card: Card }): VNode {
  const t = useText(zh, en);
  const isBound = card.state === "bound" && !card.blocked;
  const state = card.blocked ? t.states.blocked : (t.states as Record<string, string>)[card.state];
  return (
    <section class="card stack">
      <header class="row-apart">
        <h2 class="row"><CardIcon /><CardName card={card} /></h2>
        <span class={`badge ${isBound ? (card.is_default ? "badge-brand" : "") : "badge-warn"}`}>{isBound && card.is_default ? t.defaultCard : state}</span>
      </header>
      {isBound && <Limit card={card} direction="collect" title={t.collect} />}
      {isBound && <Limit card={card} direction="payout" title={t.payout} />}
      <Manage card={card} />
    </section>
  );
}

function Limit({ card, direction, title }: { card: Card; direction: Direction; title: string }): VNode {
  const limit = useGet("/v1/cards/{card_id}/limits", { path: { card_id: card.id }, query: { direction } });
  return (
    <div class="limit">
      <Shown of={limit} lines={3} height="6.5rem">{(data) => <LimitBody title={title} limit={data} card={card.id} />}</Shown>
    </div>
  );
}

type LimitAnswer = Answer<"/v1/cards/{card_id}/limits", "get">;

function LimitBody({ title, limit, card }: { title: string; limit: LimitAnswer; card: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const here = explain.cardLimit(card);
  const amount = (fen: string, label: string) => <Amount fen={fen} size="s" explain={here} label={`${title} ${label}`} />;
  const used = fraction(BigInt(limit.day_used.amount), 0n, BigInt(limit.day_limit.amount));
  const waits = limit.sends_at.slice(0, 16) > limit.business_time.slice(0, 16);
  return (
    <div class="stack-s">
      <p class="row-apart"><span>{title}</span><span class="small muted">{t.left} <Amount fen={limit.left.amount} explain={here} label={`${title} ${t.left}`} /></span></p>
      <span class="meter" aria-hidden="true"><span style={{ width: `${Math.min(100, used * 100)}%` }} /></span>
      <p class="small muted"><Rich text={t.usedOf} parts={{ used: amount(limit.day_used.amount, t.used), all: amount(limit.day_limit.amount, t.day) }} /></p>
      <p class="small muted">{t.single} {amount(limit.single_limit.amount, t.single)} · {t.count(limit.day_used_count, limit.day_count)} · {t.resets(formatAt(limit.resets_at, lang))}</p>
      {waits && <p class="late small">{t.sends(formatAt(limit.sends_at, lang))}</p>}
    </div>
  );
}
