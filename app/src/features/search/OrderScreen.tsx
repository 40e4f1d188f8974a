/** One order with everything behind it: timeline, payments, entries, events, requests. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { Ordered, OrderState } from "../../components/desk/orders";
import { Code, Panel, Stat, Stats } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { Timeline, type TimelineStep } from "../../components/Timeline";
import { formatAt, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import { Events, Requests, Transfers } from "./Behind";
import en from "./messages.en";
import zh from "./messages.zh";
import { Payments } from "./Payments";

type Trace = Schemas["OrderTraceAnswer"];

export function OrderScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const { id = "" } = params;
  const found = useGet("/v1/staff/orders/{order_id}", { path: { order_id: id } });
  const order = found.data?.order;
  const title = order ? t.orderTitle(word(words.side, order.side)) : t.order;
  const customer = order?.customer_id;
  return (
    <Page title={title} back="/console/orders" wide actions={customer && <ButtonLink look="second" href={consoleLinks.customer(customer)}>{t.seeCustomer}</ButtonLink>}>
      <Code text={id} length={40} />
      <Shown of={found} lines={14} height="70vh">
        {(data) => (
          <>
            <Head order={data.order} />
            <div class="split">
              <div class="stack"><Payments trace={data} /><Transfers trace={data} /></div>
              <Steps trace={data} />
            </div>
            <Events trace={data} />
            <Requests trace={data} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Head({ order }: { order: Trace["order"] }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const here = consoleLinks.order(order.id);
  const day = (on: string | null) => <span class="small">{on ? formatDayShort(on, lang) : words.nobody}</span>;
  return (
    <Stats>
      <Stat name={t.state} note={order.reason ? `${t.reason}: ${word(words.reasons, order.reason)}` : order.waits_for ? `${t.waits} ${word(words.waitsFor, order.waits_for)}` : undefined}><OrderState state={order.state} /></Stat>
      <Stat name={t.amount} note={`${order.fund} · ${word(words.speed, order.speed)} · ${word(words.origin, order.origin)}`}><Ordered order={order} /></Stat>
      <Stat name={t.done}><Amount fen={order.done.amount} explain={here} /></Stat>
      <Stat name={t.refunded}><Amount fen={order.refunded.amount} explain={here} /></Stat>
      <Stat name={t.placed}><span class="small">{formatAt(order.placed_at, lang)}</span></Stat>
      <Stat name={t.tDay} note={`${t.confirmOn} ${formatDayShort(order.confirm_on, lang)}`}>{day(order.t_day)}</Stat>
      <Stat name={order.side === "purchase" ? t.earnsOn : t.cashOn}>{day(order.side === "purchase" ? order.earns_on : order.cash_on)}</Stat>
      <Stat name={t.customer} note={order.parent_order_id && <a class="cell-link" href={consoleLinks.order(order.parent_order_id)}>{t.parent}</a>}><span class="small">{order.customer_no}</span></Stat>
    </Stats>
  );
}

function Steps({ trace }: { trace: Trace }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const waitsAt = trace.timeline.findIndex((step) => step.actual_at === null);
  const stateOf = (step: Trace["timeline"][number], index: number): TimelineStep["state"] => {
    if (step.state === "failed" || step.state === "refused") return "failed";
    return step.actual_at ? "done" : index === waitsAt ? "now" : "later";
  };
  const steps = trace.timeline.map((step, index) => ({
    key: `${index}${step.state}`, title: word(words.orderState, step.state), state: stateOf(step, index),
    expectedAt: step.expected_at, actualAt: step.actual_at, waitsFor: step.waits_for && word(words.waitsFor, step.waits_for),
    note: step.is_late ? <p class="small warn strong">{t.late}</p> : undefined,
  }));
  return <Panel title={t.timeline}><Timeline label={t.timeline} steps={steps} /></Panel>;
}
