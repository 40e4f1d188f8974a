/** An earlier purchase was sent and its answer lost: found out first, never sent as a new one. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Rich } from "../../components/Rich";
import { Refused } from "../../components/states";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";
import type { Purchase } from "./purchase";

export function Waiting({ purchase }: { purchase: Purchase }): VNode {
  const t = useText(zh, en);
  const fen = purchase.unanswered?.amount.amount ?? "0";
  return (
    <section class="card stack" role="status">
      <h2 class="flow-title">{t.waitingTitle}</h2>
      <p><Rich text={t.waiting} parts={{ amount: <Amount fen={fen} explain={places.records()} /> }} /></p>
      {purchase.failure && <Refused failure={purchase.failure} money />}
      <Button wide busy={purchase.busy} onPress={purchase.check}>{t.check}</Button>
      {purchase.sheet}
    </section>
  );
}
