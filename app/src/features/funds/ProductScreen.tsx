/** A fund: what it paid, when money put in now would earn, its rules, others, documents. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { ButtonLink } from "../../components/Button";
import { Page } from "../../components/Page";
import { useSources } from "../../lib/sources";
import { Loading, Refused, Shown } from "../../components/states";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import { Documents } from "./Documents";
import { EarnsFrom } from "./EarnsFrom";
import en from "./messages.en";
import zh from "./messages.zh";
import { Rivals } from "./Rivals";
import { Rules } from "./Rules";
import { Yields } from "./Yields";

export type FundAnswer = Answer<"/v1/funds/{fund}", "get">;

export function ProductScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const code = params["fund"] ?? "";
  const answer = useGet("/v1/funds/{fund}", { path: { fund: code } });
  const fund = answer.data?.fund;
  const name = fund ? (lang === "en" ? fund.name_en : fund.name_zh) : t.funds;
  return (
    <Page title={name} back={places.home()}>
      <Shown of={answer} lines={8} height="40rem">{(data) => <Product data={data} />}</Shown>
    </Page>
  );
}

function Product({ data }: { data: FundAnswer }): VNode {
  const t = useText(zh, en);
  const inWords = useSources();
  const { fund } = data;
  const dates = useGet("/v1/funds/{fund}/dates", { path: { fund: fund.fund }, query: { side: "buy" } });
  const mayBuy = fund.state === "open" && !(dates.error && !dates.data);
  return (
    <>
      <p class="small muted product-line">{t.manager(inWords(fund.manager))} · {t.risk}</p>
      <FundState fund={fund} />
      <Yields fund={fund.fund} manager={fund.manager} />
      <div class="home-actions">
        {mayBuy && <ButtonLink wide href={places.buy(fund.fund)}>{t.buy}</ButtonLink>}
        <ButtonLink wide look="second" href={places.redeem(fund.fund)}>{t.redeem}</ButtonLink>
      </div>
      {dates.data ? <EarnsFrom dates={dates.data} cutOff={data.cut_off} />
        : dates.error ? <section class="card stack"><h2>{t.horizon}</h2><Refused failure={dates.error} retry={dates.reload} quiet /></section>
        : <section class="card stack"><Loading lines={8} height="27.5rem" /></section>}
      <Rules data={data} />
      <Rivals fund={fund} />
      <Documents fund={fund.fund} />
    </>
  );
}

function FundState({ fund }: { fund: FundAnswer["fund"] }): VNode | null {
  const t = useText(zh, en);
  const closed: { title: string; note: string } | undefined = t.closed[fund.state];
  if (!closed) return null;
  return (
    <section class="news" role="status">
      <h2>{closed.title}</h2>
      <p class="small">{closed.note}</p>
      {fund.state_reason && <p class="small">{t.reason(fund.state_reason)}</p>}
    </section>
  );
}
