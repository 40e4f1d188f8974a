/** The payments of an order, each with what the bank said about it. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { orderTone, shortAt } from "../../components/desk/orders";
import { Code, Panel, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { useStaff } from "../../lib/staff";
import en from "./messages.en";
import zh from "./messages.zh";

type Trace = Schemas["OrderTraceAnswer"];

export function Payments({ trace }: { trace: Trace }): VNode {
  const t = useText(zh, en);
  return (
    <Panel title={t.payments}>
      {trace.payments.length === 0 && <p class="muted small">{t.noPayments}</p>}
      {trace.payments.map((traced) => <Payment key={traced.payment.id} traced={traced} link={consoleLinks.order(trace.order.id)} />)}
      {trace.payouts.map((payout) => <Payout key={payout.id} payout={payout} link={consoleLinks.order(trace.order.id)} />)}
    </Panel>
  );
}

function Payment({ traced: { payment, evidence }, link }: { traced: Trace["payments"][number]; link: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const mayPropose = useStaff().is("operator") && (payment.cases.length > 0 || ["unknown", "disputed"].includes(payment.state.toLowerCase()));
  return (
    <div class="stack-s">
      <div class="row-apart">
        <span class="row"><Tag tone={orderTone(payment.state.toLowerCase())}>{word(words.payState, payment.state)}</Tag><span class="strong">{payment.bank}</span><span class="small muted">{t.attempt(String(payment.attempt))}</span></span>
        <Amount fen={payment.amount.amount} explain={link} />
      </div>
      <p class="small muted row"><span>{t.bankRef}</span><Code text={payment.bank_ref} length={36} /></p>
      {payment.cases.length > 0 && <p class="warn small strong">{t.cases}: {payment.cases.map((one) => word(t.caseWords, one.toLowerCase())).join(", ")}</p>}
      {mayPropose && <div><ButtonLink look="second" href={consoleLinks.propose("payment", { payment: payment.id, order: payment.order_id })}>{t.resolve}</ButtonLink></div>}
      <TableBox label={t.evidence}>
        <thead><tr><th scope="col">{t.received}</th><th scope="col">{t.source}</th><th scope="col">{t.result}</th><th scope="col">{t.code}</th><th scope="col" class="num">{t.amount}</th></tr></thead>
        <tbody>
          {evidence.map((one, i) => (
            <tr key={i}>
              <td class="nowrap">{shortAt(one.received_at, lang)}</td><td>{word(t.sources, one.source)}</td><td title={one.event}>{word(t.bankEvents, one.event)}</td><td class="mono" translate={false}>{one.code}</td>
              <td class="num">{one.amount ? <Amount fen={one.amount.amount} explain={link} size="s" /> : words.nobody}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </div>
  );
}

function Payout({ payout, link }: { payout: Trace["payouts"][number]; link: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return (
    <div class="row-apart">
      <span class="row"><span class="strong">{t.payouts}</span><Tag tone={orderTone(payout.state)}>{word(words.payState, payout.state)}</Tag><span class="small muted">{word(words.kinds, payout.kind)} · {shortAt(payout.ended_at ?? payout.created_at, lang)}</span></span>
      <Amount fen={payout.amount.amount} explain={link} />
    </div>
  );
}
