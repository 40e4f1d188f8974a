/** The parts of the form: which way, to which card, and what it means. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Fact, Facts } from "../../components/List";
import { RadioCards } from "../../components/Radio";
import { useSources } from "../../lib/sources";
import { formatDay, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { useDates } from "./reads";
import type { Obstacle, Quota, Speed } from "./rules";

interface SpeedProps {
  fund: string;
  speed: Speed;
  obstacle: Obstacle | undefined;
  onChange: (speed: Speed) => void;
}

export function SpeedChoice({ fund, speed, obstacle, onChange }: SpeedProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const fast = useDates(fund, "fast");
  const normal = useDates(fund, "normal");
  const day = (on: string | null | undefined) => (on ? formatDayShort(on, lang) : undefined);
  const fastDay = day(fast?.cash_expected_on);
  const normalDay = day(normal?.cash_expected_on);
  return (
    <RadioCards
      legend={t.how}
      value={speed}
      onChange={onChange}
      options={[
        { value: "fast", text: t.fast, off: !!obstacle, note: obstacle ? t.offWhy[obstacle] : fastDay ? t.fastNote(fastDay) : "…" },
        { value: "normal", text: t.normal, note: normalDay ? t.normalNote(normalDay) : t.normalAllDay },
      ]}
    />
  );
}

type Card = Answer<"/v1/cards", "get">["data"][number];

export function CardChoice({ cards, value, onChange }: { cards: readonly Card[]; value: string; onChange: (id: string) => void }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const banks = useGet("/v1/banks").data?.data;
  const name = (card: Card) => {
    const bank = banks?.find((one) => one.bank === card.bank);
    return t.cardOf((lang === "en" ? bank?.name_en : bank?.name_zh) ?? card.bank, card.last_four);
  };
  const [only] = cards;
  if (cards.length === 1 && only)
    return <Facts><Fact name={t.card}>{name(only)}</Fact></Facts>;
  return <RadioCards legend={t.card} value={value} onChange={onChange} options={cards.map((card) => ({ value: card.id, text: name(card) }))} />;
}

/** Arrival, income and what is left, before anything is confirmed. */
export function Effects({ fund, speed, quota }: { fund: string; speed: Speed; quota: Quota }): VNode {
  const dates = useDates(fund, speed);
  const t = useText(zh, en);
  return (
    <section class="card redeem-effects">
      <Facts>{speed === "fast" ? <FastFacts fund={fund} quota={quota} dates={dates} /> : <NormalFacts dates={dates} />}</Facts>
      {dates?.warning && <p class="late small">{t.warning(dates.waiting_days)}</p>}
      {speed === "fast" && <Rule fund={fund} quota={quota} />}
    </section>
  );
}

type Dates = ReturnType<typeof useDates>;

function FastFacts({ fund, quota, dates }: { fund: string; quota: Quota; dates: Dates }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <>
      <Fact name={t.arrives}><strong>{dates?.cash_expected_on ? t.today(formatDay(dates.cash_expected_on, lang)) : "…"}</strong></Fact>
      <Fact name={t.earnsUntil}>{dates?.earns_until ? t.earnsFast(formatDayShort(dates.earns_until, lang)) : "…"}</Fact>
      <Fact name={t.quotaLeft}><Left fund={fund} quota={quota} /></Fact>
    </>
  );
}

function NormalFacts({ dates }: { dates: Dates }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <>
      <Fact name={t.arrives}><strong>{dates?.cash_expected_on ? formatDay(dates.cash_expected_on, lang) : "…"}</strong></Fact>
      <Fact name={t.earnsUntil}>{dates?.earns_until ? t.earnsNormal(formatDayShort(dates.earns_until, lang)) : "…"}</Fact>
      <Fact name={t.confirmed}>{dates ? formatDay(dates.confirmed_on, lang) : "…"}</Fact>
    </>
  );
}

function Rule({ fund, quota }: { fund: string; quota: Quota }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  if (!quota.rule_source || !quota.rule_from) return null;
  return <p class="tiny muted"><a href={explain.quota(fund)}>{t.rule(inWords(quota.rule_source), formatDay(quota.rule_from, lang))}</a></p>;
}

function Left({ fund, quota }: { fund: string; quota: Quota }): VNode {
  const t = useText(zh, en);
  const count = quota.count_left === null ? t.quotaNoCount : t.quotaCount(quota.count_left);
  return (
    <span>
      <strong>{count}</strong> ·{" "}
      {quota.amount_left
        ? <Amount fen={quota.amount_left.amount} explain={explain.quota(fund)} label={t.quotaLeft} />
        : t.quotaNoAmount}
    </span>
  );
}
