/** The card that pays, with what it may still pay today. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { RadioCards } from "../../components/Radio";
import { Rich } from "../../components/Rich";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { useGet } from "../../lib/store";
import type { CardView } from "./BuyForm";
import type { Limits } from "./faults";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  fund: string;
  cards: readonly CardView[];
  value: string;
  onChange: (id: string) => void;
  limits: Limits | undefined;
  least: string | undefined;
}

export function CardChoice({ fund, cards, value, onChange, limits, least }: Props): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const name = useBankName();
  return (
    <section class="stack-s">
      <RadioCards
        legend={t.from}
        value={value}
        onChange={onChange}
        options={cards.map((card) => ({ value: card.id, text: t.card(name(card.bank), card.last_four) }))}
      />
      <p class="small muted buy-limits">
        {limits && (
          <Rich
            text={t.limitLine}
            parts={{
              single: <Amount size="s" fen={limits.single_limit.amount} explain={explain.cardLimit(value)} />,
              left: <Amount size="s" fen={limits.left.amount} explain={explain.cardLimit(value)} />,
            }}
          />
        )}
        {limits && least && <span class="buy-least"><Rich text={t.minLine} parts={{ min: <Amount size="s" fen={least} explain={explain.rule(fund, "fund.purchase_minimum")} /> }} /></span>}
      </p>
      {limits && limits.sends_at > limits.business_time && <p class="notice notice-warn small" role="status">{t.maintenance(formatAt(limits.sends_at, lang))}</p>}
      <div class="plain-start"><ButtonLink look="plain" href={`${places.bindCard()}?next=${encodeURIComponent(places.buy(fund))}`}>{t.otherCard}</ButtonLink></div>
    </section>
  );
}

/** Returns how to name a bank in the language of the page. */
export function useBankName(): (code: string) => string {
  const lang = useLang();
  const banks = useGet("/v1/banks").data?.data ?? [];
  return (code) => {
    const bank = banks.find((one) => one.bank === code);
    return (lang === "en" ? bank?.name_en : bank?.name_zh) ?? code;
  };
}
