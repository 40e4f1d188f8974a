/** Paying a merchant and sending to a person from the fund: whom, how much, and what moved lately. */
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Field } from "../../components/Field";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Refused, Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useDoing, wordsOf } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import { useQuery } from "../../lib/router";
import { refresh, useGet } from "../../lib/store";
import { AmountForm } from "./AmountForm";
import en from "./messages.en";
import zh from "./messages.zh";

const BESIDE = ["merchant.unknown", "transfer.receiver_not_reached", "identity.phone_malformed", "transfer.lookups_used_up"];

export function PayScreen(): VNode {
  const t = useText(zh, en);
  const given = useQuery().get("code") ?? "";
  const [merchant, setMerchant] = useState<{ id: string; name: string }>();
  const paid = useGet("/v1/merchant-payments");
  const find = async ([code]: readonly string[]) => setMerchant((await api.get("/v1/merchants/{code}", { path: { code: code || "0" } })).merchant);
  return (
    <Page title={t.pay} back={places.me()}>
      {merchant
        ? (
          <AmountForm
            what="merchant-payment"
            who={merchant.name}
            text={t.payText}
            bodyOf={(spend) => ({ ...spend, merchant_id: merchant.id })}
            post={(body, idempotencyKey, grant) => api.post("/v1/merchant-payments", { body, idempotencyKey, grant })}
          />
        )
        : <Whom fields={[{ label: t.code, value: given }]} find={find} />}
      <Shown of={paid} lines={3} height="9rem">
        {({ data }) => (
          <Lately>
            {data.map((one) => <Line key={one.id} at={one.paid_at} fen={one.amount.amount} order={one.order_id} title={one.refunded.amount === "0" ? t.done : t.refunded} />)}
          </Lately>
        )}
      </Shown>
    </Page>
  );
}

export function SendScreen(): VNode {
  const t = useText(zh, en);
  const [receiver, setReceiver] = useState<{ phone: string; name: string; shown: string }>();
  const moved = useGet("/v1/transfers");
  useLive("/v1/me/changes", CHANGED, () => refresh("/v1/transfers"));
  const check = async ([phone = "", name = ""]: readonly string[]) => {
    const { name: shown } = await api.post("/v1/transfers/receiver-check", { body: { phone, name } });
    setReceiver({ phone, name, shown });
  };
  return (
    <Page title={t.send} back={places.me()}>
      {receiver
        ? (
          <AmountForm
            what="transfer"
            who={receiver.shown}
            text={t.sendText}
            bodyOf={(spend) => ({ ...spend, phone: receiver.phone, name: receiver.name })}
            post={(body, idempotencyKey, grant) => api.post("/v1/transfers", { body, idempotencyKey, grant })}
          />
        )
        : <Whom fields={[{ label: t.phone, value: "" }, { label: t.name, value: "" }]} find={check} />}
      <Shown of={moved} lines={3} height="9rem">
        {({ data }) => (
          <Lately>
            {data.map((one) => <Line key={one.id} at={one.created_at} fen={one.amount.amount} order={one.order_id} title={t.states[one.way === "in" ? "in" : one.state]} />)}
          </Lately>
        )}
      </Shown>
    </Page>
  );
}

/** Who gets it: looked for by what the payer knows, before any amount. */
function Whom({ fields, find }: { fields: readonly { label: string; value: string }[]; find: (typed: readonly string[]) => Promise<void> }): VNode {
  const t = useText(zh, en);
  const [typed, setTyped] = useState(() => fields.map((field) => field.value));
  const doing = useDoing();
  const beside = wordsOf(doing.failure, BESIDE);
  const look = () => void doing.run(() => find(typed.map((text) => text.trim())));
  return (
    <form class="stack" noValidate onSubmit={(event) => (event.preventDefault(), look())}>
      {fields.map(({ label }, place) => (
        <Field
          key={label}
          label={label}
          maxLength={60}
          value={typed[place] ?? ""}
          error={place === 0 ? beside : undefined}
          onInput={(next) => (doing.clear(), setTyped(typed.map((text, n) => (n === place ? next : text))))}
        />
      ))}
      {doing.failure && !beside && <Refused failure={doing.failure} retry={look} />}
      <Button type="submit" wide busy={doing.busy}>{t.next}</Button>
    </form>
  );
}

function Lately({ children }: { children: readonly ComponentChildren[] }): VNode {
  const t = useText(zh, en);
  return (
    <section class="stack-s">
      <h2 class="small muted">{t.recent}</h2>
      {children.length === 0 ? <p class="small muted">{t.none}</p> : <List label={t.recent}>{children.slice(0, 10)}</List>}
    </section>
  );
}

function Line({ at, fen, order, title }: { at: string; fen: string; order: string | null; title: string }): VNode {
  const lang = useLang();
  return <Row title={title} note={formatAt(at, lang)} end={<Amount fen={fen} explain={order ? explain.order(order) : explain.cash()} />} />;
}
