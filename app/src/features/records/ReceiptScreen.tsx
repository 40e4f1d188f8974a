/** The receipt of an order: its figures, the bank's references; made to be printed. */
import type { ComponentChildren, VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Units } from "../../components/figures";
import { Mark } from "../../components/icons";
import { Fact, Facts } from "../../components/List";
import { kindWord, stateWord, useOrderText } from "../../components/orders/words";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatAt, formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Receipt = Answer<"/v1/orders/{order_id}/receipt", "get">["receipt"];

export function ReceiptScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const order_id = params["order"] ?? "";
  const receipt = useGet("/v1/orders/{order_id}/receipt", { path: { order_id } });
  return (
    <Page title={t.receipt} back={explain.order(order_id)}>
      <Shown of={receipt} lines={10} height="40rem">{(data) => <Paper receipt={data.receipt} />}</Shown>
      <div class="no-print"><Button wide look="second" onPress={() => window.print()}>{t.print}</Button></div>
    </Page>
  );
}

function Paper({ receipt }: { receipt: Receipt }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const words = useOrderText();
  const here = explain.order(receipt.order_id);
  return (
    <article class="card paper">
      <header class="row-apart">
        <span class="row"><Mark size={32} /><strong>{t.receipt}</strong></span>
        <span class="badge badge-brand">{stateWord(words, receipt.side, receipt.state)}</span>
      </header>
      <Facts>
        <Fact name={t.fund}>{lang === "en" ? receipt.fund_name_en : receipt.fund_name_zh} {receipt.fund}</Fact>
        <Fact name={kindWord(words, receipt)}>
          {receipt.amount ? <Amount fen={receipt.amount.amount} explain={here} label={t.amount} /> : receipt.units && <Units units={receipt.units.units} />}
        </Fact>
        {receipt.confirmed && <Fact name={t.confirmed}><Amount fen={receipt.confirmed.amount} explain={here} label={t.confirmed} /></Fact>}
        {receipt.refunded && receipt.refunded.amount !== "0" && <Fact name={t.refunded}><Amount fen={receipt.refunded.amount} explain={here} label={t.refunded} /></Fact>}
        <Dates receipt={receipt} />
        <Fact name={t.id}><span class="mono small">{receipt.order_id}</span></Fact>
      </Facts>
      {receipt.payments.length > 0 && <h3>{t.payments}</h3>}
      {receipt.payments.map((payment) => <Payment key={payment.bank_reference} payment={payment} here={here} />)}
      <div class="tiny muted"><p>{t.receiptNote}</p><p>{t.beijing}</p></div>
    </article>
  );
}

function Dates({ receipt }: { receipt: Receipt }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const at = (name: string, when: string | null): ComponentChildren => when && <Fact name={name}>{formatAt(when, lang)}</Fact>;
  const on = (name: string, day: string | null): ComponentChildren => day && <Fact name={name}>{formatDay(day, lang)}</Fact>;
  return (
    <>
      {at(t.placed, receipt.placed_at)}
      {on(t.tDay, receipt.t_day)}
      {at(t.confirmedAt, receipt.confirmed_at)}
      {on(t.earnsFrom, receipt.earns_from)}
      {on(t.earnsUntil, receipt.earns_until)}
      {at(t.ended, receipt.ended_at)}
    </>
  );
}

function Payment({ payment, here }: { payment: Receipt["payments"][number]; here: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const way = payment.direction === "collect" ? t.collect : t.payout;
  const known = useGet("/v1/banks").data?.data.find((one) => one.bank === payment.bank);
  const bank = (lang === "en" ? known?.name_en : known?.name_zh) ?? payment.bank;
  const card = payment.last_four ? t.cardOf(bank, payment.last_four) : bank;
  const state = `${t.moneyStates[payment.state]}${payment.returned ? ` · ${t.returned}` : ""}`;
  return (
    <Facts>
      <Fact name={`${way} · ${card}`}><Amount fen={payment.amount.amount} explain={here} label={way} /> · {state}</Fact>
      <Fact name={t.reference}><span class="mono small">{payment.bank_reference}</span></Fact>
      {payment.decided_at && <Fact name={t.decided}>{formatAt(payment.decided_at, lang)}</Fact>}
    </Facts>
  );
}
