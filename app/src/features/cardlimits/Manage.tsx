/** Making a card the default one, and unbinding it, after a step-up. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { isOpen } from "../../components/orders/words";
import { Refused } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { toast } from "../../components/Toast";
import { isProblem, useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import type { Failure } from "../../lib/problem";
import { refresh, useGet } from "../../lib/store";
import type { Card } from "./CardsScreen";
import en from "./messages.en";
import zh from "./messages.zh";

export function Manage({ card }: { card: Card }): VNode | null {
  const t = useText(zh, en);
  const [asking, setAsking] = useState(false);
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const path = { card_id: card.id };
  const makeDefault = () => void doing.run(async () => {
    await api.post("/v1/cards/{card_id}/default", { path });
    refresh("/v1/cards");
    toast(t.madeDefault);
  });
  const unbind = () => void doing.run(async () => {
    setAsking(false);
    const grant = await ask();
    if (!grant) return;
    await api.delete("/v1/cards/{card_id}", { path, grant });
    refresh("/v1/cards");
    toast(t.unbound);
  });
  if (card.state !== "bound") return null;
  return (
    <>
      <div class="row card-acts">
        {!card.is_default && !card.blocked && <Button look="plain" busy={doing.busy} onPress={makeDefault}>{t.makeDefault}</Button>}
        <Button look="plain" busy={doing.busy} onPress={() => setAsking(true)}>{t.unbind}</Button>
      </div>
      <Failed failure={doing.failure} card={card} retry={unbind} />
      <Confirm open={asking} title={t.unbindTitle} text={t.unbindText} confirm={t.unbind} danger onConfirm={unbind} onClose={() => setAsking(false)} />
      {sheet}
    </>
  );
}

/** An order in flight is named, with the way to it. */
function Failed({ failure, card, retry }: { failure: Failure | undefined; card: Card; retry: () => void }): VNode | null {
  const t = useText(zh, en);
  const blocked = isProblem(failure, "card.in_use");
  const orders = useGet(blocked ? "/v1/orders" : undefined, { query: { limit: 50 } }).data?.data;
  const order = orders?.find((one) => isOpen(one) && (one.card_id === card.id || one.card_id === null));
  if (!failure) return null;
  return (
    <Refused failure={failure} retry={retry}>
      {blocked && <ButtonLink href={order ? explain.order(order.id) : places.records()} look="second">{t.inUse}</ButtonLink>}
    </Refused>
  );
}
