/** Everything that will be signed and paid, once more. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Sheet } from "../../components/Dialog";
import { Fact, Facts } from "../../components/List";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import type { CardView, Dates } from "./BuyForm";
import type { FundAnswer } from "./BuyScreen";
import { useBankName } from "./CardChoice";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  open: boolean;
  data: FundAnswer;
  dates: Dates;
  card: CardView | undefined;
  fen: bigint;
  busy: boolean;
  onClose: () => void;
  onPay: () => void;
}

export function Review({ open, data, dates, card, fen, busy, onClose, onPay }: Props): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const bankName = useBankName();
  const { fund } = data;
  return (
    <Sheet
      open={open}
      title={t.reviewTitle}
      onClose={onClose}
      footer={<><Button look="second" onPress={onClose} off={busy}>{t.change}</Button><Button busy={busy} onPress={onPay}>{t.pay}</Button></>}
    >
      <p class="center"><Amount fen={fen} size="xl" explain={places.product(fund.fund)} label={t.amount} /></p>
      <Facts>
        <Fact name={t.fund}>{lang === "en" ? fund.name_en : fund.name_zh}</Fact>
        {card && <Fact name={t.paysFrom}>{t.card(bankName(card.bank), card.last_four)}</Fact>}
        {!data.rules.some((one) => one.rule.includes("fee")) && <Fact name={t.fee}>{t.noFee}</Fact>}
        <Fact name={t.accepted}>{formatDay(dates.t_day, lang)}</Fact>
        <Fact name={t.confirmed}>{formatDay(dates.confirmed_on, lang)}</Fact>
        {dates.earns_from && <Fact name={t.earns}>{formatDay(dates.earns_from, lang)}</Fact>}
        {dates.visible_on && <Fact name={t.visible}>{formatDay(dates.visible_on, lang)}</Fact>}
      </Facts>
    </Sheet>
  );
}
