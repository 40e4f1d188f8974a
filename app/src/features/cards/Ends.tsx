/** How a binding ends: bound, refused with the bank's reason, or not known yet. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, ButtonLink } from "../../components/Button";
import { CheckIcon } from "../../components/icons";
import { Refused } from "../../components/states";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import type { Problem } from "../../lib/problem";
import { useGet } from "../../lib/store";
import type { CardView } from "./BindCardScreen";
import en from "./messages.en";
import zh from "./messages.zh";

export function BoundCard({ card, next }: { card: CardView; next: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const bank = useGet("/v1/banks").data?.data.find((one) => one.bank === card.bank);
  const fund = useGet("/v1/funds").data?.data[0];
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  const name = (lang === "en" ? bank?.name_en : bank?.name_zh) ?? card.bank;
  return (
    <section class="card stack" role="status" tabIndex={-1} ref={box}>
      <span class="done-mark"><CheckIcon /></span>
      <h2 class="flow-title">{t.boundTitle}</h2>
      <p>{t.boundWhy(name, card.last_four)}</p>
      {next ? <ButtonLink wide replace href={next}>{t.done}</ButtonLink>
        : fund && <ButtonLink wide replace href={places.buy(fund.fund)}>{t.goOn}</ButtonLink>}
      <ButtonLink wide look="second" replace href={places.home()}>{t.home}</ButtonLink>
    </section>
  );
}

export function RefusedCard({ problem, reason, onAgain }: { problem: Problem | undefined; reason: string | null; onAgain: () => void }): VNode {
  const t = useText(zh, en);
  return (
    <div class="stack">
      {problem ? <Refused failure={problem} /> : <p class="refused" role="alert">{t.refusedTitle}{reason ? ` · ${reason}` : ""}</p>}
      <p class="small muted">{t.lead}</p>
      <Button wide onPress={onAgain}>{t.otherCard}</Button>
      <ButtonLink wide look="second" href={places.home()}>{t.home}</ButtonLink>
    </div>
  );
}

export function UnknownCard(): VNode {
  const t = useText(zh, en);
  return (
    <section class="card stack" role="status">
      <h2 class="flow-title">{t.unknownTitle}</h2>
      <p>{t.unknownWhy}</p>
      <ButtonLink wide look="second" href={places.home()}>{t.home}</ButtonLink>
    </section>
  );
}
