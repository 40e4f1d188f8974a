/** Limits of a card and of a bank. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { useSources } from "../../lib/sources";
import { Empty, Shown } from "../../components/states";
import { formatAt, formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { Verdict } from "./Verdict";

type Limit = Answer<"/v1/cards/{card_id}/limits", "get">;
type Bank = Answer<"/v1/banks", "get">["data"][number];

export function CardLimitScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const card_id = params["card"] ?? "";
  const collect = useGet("/v1/cards/{card_id}/limits", { path: { card_id }, query: { direction: "collect" } });
  const payout = useGet("/v1/cards/{card_id}/limits", { path: { card_id }, query: { direction: "payout" } });
  return (
    <Page title={t.limits.card} back={places.cards()}>
      <Shown of={collect} lines={6} height="20rem">{(data) => <Limits title={t.limits.collect} limit={data} card={card_id} />}</Shown>
      <Shown of={payout} lines={6} height="20rem">{(data) => <Limits title={t.limits.payout} limit={data} card={card_id} />}</Shown>
    </Page>
  );
}

function Limits({ title, limit, card }: { title: string; limit: Limit; card: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const here = explain.cardLimit(card);
  const amount = (fen: string, label: string) => <Amount fen={fen} explain={here} label={`${title} ${label}`} />;
  return (
    <section class="card stack">
      <div class="stack-s">
        <h2>{title}</h2>
        <p class="small muted">{t.limits.left}</p>
        <p><Amount fen={limit.left.amount} size="l" explain={here} label={`${title} ${t.limits.left}`} /></p>
      </div>
      <Facts>
        <Fact name={t.limits.single}>{amount(limit.single_limit.amount, t.limits.single)}</Fact>
        <Fact name={t.limits.day}>{amount(limit.day_limit.amount, t.limits.day)}</Fact>
        <Fact name={t.limits.used}>{amount(limit.day_used.amount, t.limits.used)}</Fact>
        <Fact name={t.limits.count}>{t.limits.counts(limit.day_used_count, limit.day_count)}</Fact>
        <Fact name={t.limits.resets}>{formatAt(limit.resets_at, lang)}</Fact>
      </Facts>
      <Verdict faults={leftOf(limit) === BigInt(limit.left.amount) ? [] : ["left"]} />
      <p class="small muted">{t.limits.note}</p>
    </section>
  );
}

function leftOf(limit: Limit): bigint {
  if (limit.day_used_count >= limit.day_count) return 0n;
  const rest = BigInt(limit.day_limit.amount) - BigInt(limit.day_used.amount);
  const single = BigInt(limit.single_limit.amount);
  const least = rest < single ? rest : single;
  return least < 0n ? 0n : least;
}

export function BankLimitScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const banks = useGet("/v1/banks");
  return (
    <Page title={t.limits.bank} back={places.cards()}>
      <Shown of={banks} lines={8} height="30rem">
        {({ data }) => {
          const bank = data.find((one) => one.bank === params["bank"]);
          return bank ? <BankLimits bank={bank} /> : <Empty text={t.limits.unknown} action={{ text: t.limits.bank, href: places.bindCard() }} />;
        }}
      </Shown>
    </Page>
  );
}

function BankLimits({ bank }: { bank: Bank }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const here = explain.bankLimit(bank.bank);
  return (
    <>
      <h2>{lang === "en" ? bank.name_en : bank.name_zh}</h2>
      {bank.limits.map((limit) => {
        const title = limit.direction === "collect" ? t.limits.collect : t.limits.payout;
        return (
          <section class="card" key={limit.direction}>
            <h2>{title}</h2>
            <Facts>
              <Fact name={t.limits.single}><Amount fen={limit.single_limit.amount} explain={here} label={`${title} ${t.limits.single}`} /></Fact>
              <Fact name={t.limits.day}><Amount fen={limit.day_limit.amount} explain={here} label={`${title} ${t.limits.day}`} /></Fact>
              <Fact name={t.limits.from}>{limit.effective_until.startsWith("9999") ? t.limits.since(formatDay(limit.effective_from, lang)) : t.limits.period(formatDay(limit.effective_from, lang), formatDay(limit.effective_until, lang))}</Fact>
              <Fact name={t.limits.source}>{inWords(bank.source)}</Fact>
            </Facts>
          </section>
        );
      })}
    </>
  );
}
