/** The form: nothing is ticked beforehand, limits come from the rules, what was typed survives a reload. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Button, ButtonLink } from "../../components/Button";
import { AmountInput } from "../../components/Keypad";
import { Refused } from "../../components/states";
import type { Answer } from "../../api/client";
import { entryGet, entrySet } from "../../lib/entry";
import { formatDayShort, formatDayTiny } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { parseYuan, plainYuan, whole } from "../../lib/money";
import { useQuery } from "../../lib/router";
import { refresh, useGet } from "../../lib/store";
import { Agreements, useAgreeing } from "./agreements";
import type { FundAnswer } from "./BuyScreen";
import { CardChoice } from "./CardChoice";
import { useFaultWords } from "./fault-words";
import { faultOf } from "./faults";
import en from "./messages.en";
import zh from "./messages.zh";
import { amountProblem, isAboutCard, usePurchase } from "./purchase";
import { Review } from "./Review";
import { Waiting } from "./Waiting";

export type Dates = Answer<"/v1/funds/{fund}/dates", "get">;
export type CardView = Answer<"/v1/cards", "get">["data"][number];

interface Props {
  data: FundAnswer;
  dates: Dates;
  cards: readonly CardView[];
}

export function BuyForm({ data, dates, cards }: Props): VNode {
  const t = useText(zh, en);
  const { fund } = data.fund;
  const [typed, setTyped] = useTyped();
  const [cardId, setCardId] = useState((cards.find((one) => one.is_default) ?? cards[0])?.id ?? "");
  const [agreed, setAgreed] = useState(false);
  const [fault, setFault] = useState<{ amount?: string; agree?: string }>({});
  const [reviewing, setReviewing] = useState(false);
  const limits = useGet("/v1/cards/{card_id}/limits", { path: { card_id: cardId }, query: { direction: "collect" } }).data;
  const least = data.rules.find((one) => one.rule === "fund.purchase_minimum")?.value["amount_fen"] ?? undefined;
  const words = useFaultWords();
  const purchase = usePurchase(fund, useAgreeing(fund));
  const fen = parseYuan(typed);
  const review = () => {
    const found = faultOf(fen, least, limits);
    const next = found ? { amount: words(found) } : agreed ? {} : { agree: t.faults.agree };
    setFault(next);
    if (Object.keys(next).length > 0) return;
    refresh(`/v1/funds/${fund}/dates`); // the cut-off may have passed while she typed
    setReviewing(true);
  };
  const change = (next: string) => {
    setTyped(next);
    setFault({});
    purchase.clear();
  };
  const pay = async () => {
    if (fen !== undefined && !(await purchase.pay(fen, cardId))) setReviewing(false);
  };
  if (purchase.unanswered) return <Waiting purchase={purchase} />;
  const beside = amountProblem(purchase.failure);
  return (
    <div class="buy">
      <Outcome purchase={purchase} shown={beside} fund={fund} />
      <section class="card stack">
        <AmountInput label={t.amount} value={typed} onInput={change} error={fault.amount ?? beside} />
      </section>
      <CardChoice fund={fund} cards={cards} value={cardId} onChange={(id) => (setCardId(id), setFault({}), purchase.clear())} limits={limits} least={least} />
      <DatesLine dates={dates} />
      <Agreements fund={fund} checked={agreed} onChange={(now) => (setAgreed(now), setFault({}))} error={fault.agree} />
      <Button wide onPress={review}>{t.review}</Button>
      <Review open={reviewing} data={data} dates={dates} card={cards.find((one) => one.id === cardId)} fen={fen ?? 0n} busy={purchase.busy} onClose={() => setReviewing(false)} onPay={() => void pay()} />
      {purchase.sheet}
    </div>
  );
}

/** Returns the amount as typed; it lives with the entry of the history, so a reload keeps it. */
function useTyped(): [string, (typed: string) => void] {
  const asked = useQuery().get("fen");
  const given = asked && /^\d{1,12}$/.test(asked) ? plainYuan(whole(asked)) : "";
  const [typed, setTyped] = useState(() => entryGet<string>("typed") ?? given);
  return [typed, (next) => (entrySet("typed", next), setTyped(next))];
}

/** What the last try came to; slips of the amount stand beside it instead. */
function Outcome({ purchase, shown, fund }: { purchase: ReturnType<typeof usePurchase>; shown: string | undefined; fund: string }): VNode | null {
  const t = useText(zh, en);
  const { failure } = purchase;
  if (!failure || shown) return null;
  return (
    <Refused failure={failure} money>
      {isAboutCard(failure) && <ButtonLink look="second" href={`${places.bindCard()}?next=${encodeURIComponent(places.buy(fund))}`}>{t.otherCard}</ButtonLink>}
      {purchase.needsPassword && <ButtonLink look="second" href={`${places.registerSecure()}?next=${encodeURIComponent(places.buy(fund))}`}>{t.setPassword}</ButtonLink>}
    </Refused>
  );
}

function DatesLine({ dates }: { dates: Dates }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const { t_day: tDay, earns_from: earns, visible_on: visible } = dates;
  if (!earns || !visible) return null;
  return (
    <div class={dates.warning ? "notice notice-warn" : "notice"} role="status">
      <p class="small">{t.sentence(formatDayShort(tDay, lang), formatDayShort(earns, lang), formatDayTiny(visible, lang))}</p>
      {dates.warning && <p class="small">{t.longWait(dates.waiting_days)}</p>}
    </div>
  );
}
