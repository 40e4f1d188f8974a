/** Why a card's day is used up: limit, used, and when it begins anew. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { Rich } from "../../components/Rich";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function LimitLine({ card }: { card: string }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const limits = useGet("/v1/cards/{card_id}/limits", { path: { card_id: card }, query: { direction: "collect" } }).data;
  if (!limits) return null;
  return (
    <p class="small muted">
      <Rich
        text={t.dayLine(formatAt(limits.resets_at, lang))}
        parts={{
          limit: <Amount size="s" fen={limits.day_limit.amount} explain={explain.cardLimit(card)} />,
          used: <Amount size="s" fen={limits.day_used.amount} explain={explain.cardLimit(card)} />,
        }}
      />
    </p>
  );
}
