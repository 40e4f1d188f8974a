/** Leaving: what happens, what has to come to zero, what is still on its way; and staying after all. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button, ButtonLink } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { List, Row } from "../../components/List";
import { fenOf, isOpen, kindWord, type Order, stateWord, useOrderText } from "../../components/orders/words";
import { Page } from "../../components/Page";
import { Refused, Shown } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { toast } from "../../components/Toast";
import { askBrowser, eraseCopies } from "../../lib/browser";
import { useDoing } from "../../lib/doing";
import { forgetAll } from "../../lib/forget";
import { useText } from "../../lib/i18n";
import { once } from "../../lib/keys";
import { explain, places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import { sum } from "../../lib/money";
import { isFailure, Problem } from "../../lib/problem";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Holdings = Answer<"/v1/holdings", "get">;

export function LeavingScreen(): VNode {
  const t = useText(zh, en);
  const me = useGet("/v1/me");
  const holdings = useGet("/v1/holdings");
  const orders = useGet("/v1/orders", { query: { limit: 50 } });
  useLive("/v1/me/changes", CHANGED, () => refresh("/v1/me", "/v1/holdings", "/v1/orders"));
  const open = orders.data?.data.filter(isOpen) ?? [];
  const wasClosing = useRef(false);
  if (me.data?.state === "closing") wasClosing.current = true;
  if (wasClosing.current && me.error instanceof Problem && me.error.status === 401) return <Gone />;
  return (
    <Page title={t.title} back={places.me()}>
      <Shown of={me} lines={8} height="36rem">
        {(data) => (
          <>
            {data.state === "closing" ? <Closing /> : <What />}
            <Shown of={holdings} lines={4} height="14rem">{(held) => <ZeroList holdings={held} />}</Shown>
            {open.length > 0 && <OpenOrders orders={open} />}
            {data.state !== "closing" && <Leave off={open.length > 0 || !orders.data} onClosing={() => (wasClosing.current = true)} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

/** Nothing was left: the account is closed, and nobody is signed in here any more. */
function Gone(): VNode {
  const t = useText(zh, en);
  useEffect(() => {
    forgetAll();
    void eraseCopies().then(askBrowser).catch((error: unknown) => {
      if (!isFailure(error)) throw error; // who is here is asked again with the next page
    });
  }, []);
  return (
    <Page title={t.title}>
      <section class="card stack" role="status">
        <h2>{t.gone}</h2>
        <p>{t.goneText}</p>
        <ButtonLink wide replace href={places.home()}>{t.home}</ButtonLink>
      </section>
    </Page>
  );
}

function What(): VNode {
  const t = useText(zh, en);
  return (
    <section class="card">
      <h2>{t.what}</h2>
      <ol class="numbers"><li>{t.steps.sell}</li><li>{t.steps.income}</li><li>{t.steps.end}</li></ol>
    </section>
  );
}

function ZeroList({ holdings }: { holdings: Holdings }): VNode {
  const t = useText(zh, en);
  const all = (pick: (one: Holdings["data"][number]) => string) => sum(holdings.data.map(pick));
  const parts = [
    [t.units, all((one) => one.units.units)],
    [t.accrued, all((one) => one.accrued.amount)],
    [t.unconfirmed, all((one) => one.unconfirmed.amount)],
    [t.cash, BigInt(holdings.cash.amount)],
    [t.held, BigInt(holdings.cash_held.amount)],
  ] as const;
  return (
    <section class="stack-s">
      <h2>{t.list}</h2>
      <List label={t.list}>{parts.map(([title, fen]) => <Row key={title} title={title} href={explain.total()} end={<Amount fen={fen} explain="inside" />} />)}</List>
    </section>
  );
}

function OpenOrders({ orders }: { orders: readonly Order[] }): VNode {
  const t = useText(zh, en);
  const words = useOrderText();
  return (
    <section class="stack-s">
      <h2>{t.orders}</h2>
      <p class="small warn" id="open-orders">{t.open(orders.length)}</p>
      <List label={t.orders}>
        {orders.map((order) => (
          <Row key={order.id} title={kindWord(words, order)} note={stateWord(words, order.side, order.state)} href={explain.order(order.id)} end={<Amount fen={fenOf(order)} explain="inside" />} />
        ))}
      </List>
    </section>
  );
}

function Leave({ off, onClosing }: { off: boolean; onClosing: () => void }): VNode {
  const t = useText(zh, en);
  const [asking, setAsking] = useState(false);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const close = () => void doing.run(async () => {
    setAsking(false);
    const grant = await ask();
    if (!grant) return;
    await once("close-account", {}, (idempotencyKey) => api.post("/v1/me/closing", { body: {}, idempotencyKey, grant }));
    onClosing();
    refresh();
  });
  return (
    <div class="stack-s">
      <ButtonLink href={places.statements()} look="second" wide>{t.statements}</ButtonLink>
      <Button look="danger" wide off={off} busy={doing.busy} describedBy={off ? "open-orders" : undefined} onPress={() => setAsking(true)}>{t.close}</Button>
      {doing.failure && <Refused failure={doing.failure} money retry={close} />}
      <Confirm open={asking} title={t.ask} text={t.askText} confirm={t.close} danger onConfirm={close} onClose={() => setAsking(false)} />
      {sheet}
    </div>
  );
}

function Closing(): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const keep = () => void doing.run(async () => {
    const grant = await ask();
    if (!grant) return;
    await api.delete("/v1/me/closing", { grant });
    refresh();
    toast(t.kept);
  });
  return (
    <section class="notice notice-warn" role="status">
      <h2>{t.closing}</h2>
      <p class="small">{t.closingText}</p>
      <Button look="second" wide busy={doing.busy} onPress={keep}>{t.keep}</Button>
      {doing.failure && <Refused failure={doing.failure} money retry={keep} />}
      {sheet}
    </section>
  );
}
