/** Money that is paid and not confirmed yet: the sum of the orders it belongs to. */
import type { VNode } from "preact";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { type Part, Sum } from "./Sum";

const ON_ITS_WAY: readonly string[] = ["paid", "sent"];

export function UnconfirmedScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const fund = params["fund"] ?? "";
  const holding = useGet("/v1/holdings/{fund}", { path: { fund } });
  const orders = useGet("/v1/orders", { query: { limit: 200 } });
  const parts: Part[] = (orders.data?.data ?? [])
    .filter((one) => one.fund === fund && one.side === "purchase" && ON_ITS_WAY.includes(one.state))
    .map((one) => ({ key: one.id, title: t.balance.paid, note: formatAt(one.placed_at, lang), fen: one.amount?.amount ?? "0", href: explain.order(one.id) }));
  return (
    <Page title={t.title} back={places.home()}>
      <Shown of={orders} lines={6} height="30rem">
        {() => (
          <Shown of={holding} lines={6} height="30rem">
            {(data) => <Sum label={t.total.unconfirmed} shown={data.holding.unconfirmed.amount} parts={parts} here={explain.unconfirmed(fund)} note={t.total.unconfirmedNote} />}
          </Shown>
        )}
      </Shown>
    </Page>
  );
}
