/** What is left for fast redemption today: the rule's limit less what today's orders took. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Fact, Facts, List, Row } from "../../components/List";
import { fenOf, isBad, useOrderText } from "../../components/orders/words";
import { Page } from "../../components/Page";
import { useSources } from "../../lib/sources";
import { Empty, Shown } from "../../components/states";
import { dayOf, formatClock, formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { sum } from "../../lib/money";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { type Fault, Verdict } from "./Verdict";

type Quota = Answer<"/v1/holdings/{fund}/quota", "get">;
type Rule = Answer<"/v1/funds/{fund}", "get">["rules"][number];
type Order = Answer<"/v1/orders", "get">["data"][number];

export function QuotaScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const fund = params["fund"] ?? "";
  const quota = useGet("/v1/holdings/{fund}/quota", { path: { fund } });
  return (
    <Page title={t.title} back={places.redeem(fund)}>
      <Shown of={quota} lines={8} height="36rem">
        {(data) => data.offered ? <Body quota={data} /> : <Empty text={t.quota.notOffered} action={{ text: t.total.title, href: explain.total() }} />}
      </Shown>
    </Page>
  );
}

function Body({ quota }: { quota: Quota }): VNode {
  const t = useText(zh, en);
  const { fund } = quota;
  return (
    <>
      <section class="card explain-head">
        <p class="small muted">{t.quota.title}</p>
        <p class="amount-l">{quota.count_left === null ? t.quota.noLimit : t.quota.count(quota.count_left)}</p>
        {quota.amount_left && <p><Amount fen={quota.amount_left.amount} size="l" explain={explain.quota(fund)} label={t.quota.left} /></p>}
        <p class="small muted">{t.quota.reset}</p>
      </section>
      <Checked quota={quota} />
    </>
  );
}

function Checked({ quota }: { quota: Quota }): VNode {
  const t = useText(zh, en);
  const rules = useGet("/v1/funds/{fund}", { path: { fund: quota.fund } }).data?.rules;
  const orders = useGet("/v1/orders", { query: { limit: 50 } }).data?.data;
  const rule = rules?.find((one) => one.rule === "fund.fast_redemption");
  if (!rule || !orders) return <p class="small muted" role="status" data-checking>{t.checking}</p>;
  const used = takenToday(quota, orders);
  return (
    <>
      <Verdict faults={faultsOf(quota, rule, used)} />
      <Working quota={quota} rule={rule} used={used} />
    </>
  );
}

/** Returns the fast redemptions of today that count; one that was refused does not. */
function takenToday(quota: Quota, orders: readonly Order[]): Order[] {
  const today = dayOf(quota.business_time);
  const counts = (order: Order) => order.fund === quota.fund && order.side === "redemption" && order.speed === "fast" && !isBad(order.state);
  return orders.filter((order) => counts(order) && dayOf(order.placed_at) === today);
}

function faultsOf(quota: Quota, rule: Rule, used: readonly Order[]): Fault[] {
  const { max_count: count, max_amount_fen: most } = rule.value;
  const countFits = !count || BigInt(count) - BigInt(used.length) === BigInt(quota.count_left ?? -1);
  const left = quota.amount_left?.amount ?? "-1";
  const sumFits = !most || BigInt(most) - sum(used.map(fenOf)) === BigInt(left);
  return countFits && sumFits ? [] : ["left"];
}

function Working({ quota, rule, used }: { quota: Quota; rule: Rule; used: readonly Order[] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const names = useOrderText();
  const inWords = useSources();
  const here = explain.quota(quota.fund);
  const { max_count: count, max_amount_fen: most } = rule.value;
  return (
    <>
      <section class="stack-s">
        <h2>{t.words}</h2>
        <List label={t.words}>
          <Row title={t.quota.max} note={count ? t.quota.count(count) : t.quota.noLimit} end={most ? <Amount fen={most} explain={here} /> : t.quota.noLimit} />
          {used.map((order) => (
            <Row key={order.id} title={names.fast} note={formatClock(order.placed_at)} href={explain.order(order.id)} end={<Amount fen={-BigInt(fenOf(order))} explain="inside" />} />
          ))}
          <Row title={<strong>{t.quota.left}</strong>} note={quota.count_left === null ? t.quota.noLimit : t.quota.count(quota.count_left)}
            end={quota.amount_left ? <strong><Amount fen={quota.amount_left.amount} explain={here} /></strong> : t.quota.noLimit} />
        </List>
      </section>
      <section class="card">
        <h2>{t.evidence}</h2>
        <Facts>
          <Fact name={t.quota.source}>{t.quota.rule(inWords(rule.source), formatDay(rule.effective_from, lang))}</Fact>
          {quota.units_left && <Fact name={t.quota.units}><Amount fen={quota.units_left.units} explain={explain.balance(quota.fund)} label={t.quota.units} /></Fact>}
          {quota.advance_line_left && <Fact name={t.quota.line}><Amount fen={quota.advance_line_left.amount} explain={here} label={t.quota.line} /></Fact>}
        </Facts>
      </section>
    </>
  );
}
