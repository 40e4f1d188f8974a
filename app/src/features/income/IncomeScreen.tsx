/** What each day of a month brought; days add up to the month, a missing day is not a zero. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import type { ScreenProps } from "../../lib/router";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import { Month } from "./Month";
import zh from "./messages.zh";

type Order = Answer<"/v1/orders", "get">["data"][number];

export function IncomeScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const fund = params["fund"] ?? "";
  const all = useGet("/v1/holdings/{fund}/income/total", { path: { fund } });
  useLive("/v1/me/changes", CHANGED, () => refresh("/v1/holdings"));
  return (
    <Page title={t.title} back={places.home()}>
      <Shown of={all} lines={10} height="48rem">
        {(data) => (data.first_on ? <Month fund={fund} all={data} /> : <NothingYet fund={fund} />)}
      </Shown>
    </Page>
  );
}

/** When the first income comes, from the purchase that is on its way. */
function NothingYet({ fund }: { fund: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const orders = useGet("/v1/orders", { query: { limit: 50 } });
  return (
    <Shown of={orders} lines={3} height="12rem">
      {({ data }) => {
        const first = firstVisible(data, fund);
        if (!first) return <Empty text={t.empty} action={{ text: t.buy, href: `${places.buy(fund)}?yuan=1` }} />;
        return <Empty text={`${t.empty}${lang === "en" ? " " : ""}${t.emptyFirst(formatDay(first, lang))}`} action={{ text: t.records, href: places.records() }} />;
      }}
    </Shown>
  );
}

function firstVisible(orders: readonly Order[], fund: string): string | undefined {
  const lost = new Set(["cancelled", "refused", "failed", "refunded"]);
  return orders
    .filter((order) => order.fund === fund && order.side === "purchase" && !lost.has(order.state))
    .flatMap((order) => (order.visible_on ? [order.visible_on] : []))
    .sort()[0];
}
