/** Buy: an amount, a card, the agreements; then a review, and one confirmation that signs this very order. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ButtonLink } from "../../components/Button";
import { Page } from "../../components/Page";
import { Loading, Refused, Shown } from "../../components/states";
import { useSignedIn } from "../../lib/browser";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { navigate, type ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import { BuyForm } from "./BuyForm";
import en from "./messages.en";
import zh from "./messages.zh";

export function BuyScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const code = params["fund"] ?? "";
  const signedIn = useSignedIn();
  const answer = useGet("/v1/funds/{fund}", { path: { fund: code } });
  const fund = answer.data?.fund;
  useEffect(() => {
    if (signedIn === false) navigate(`${places.signIn()}?next=${encodeURIComponent(places.buy(code))}`, { replace: true });
  }, [signedIn]);
  const title = fund ? t.title(lang === "en" ? fund.name_en : ` ${fund.name_zh}`) : t.untitled;
  return (
    <Page title={title} back={places.product(code)}>
      {signedIn ? <Shown of={answer} lines={8} height="36rem">{(data) => <Gate data={data} />}</Shown> : <Loading lines={8} height="36rem" />}
    </Page>
  );
}

export type FundAnswer = NonNullable<ReturnType<typeof useGet<"/v1/funds/{fund}">>["data"]>;

/** What must be there first: an open fund, dates, a card. */
function Gate({ data }: { data: FundAnswer }): VNode {
  const t = useText(zh, en);
  const { fund } = data.fund;
  const dates = useGet("/v1/funds/{fund}/dates", { path: { fund }, query: { side: "buy" } });
  const cards = useGet("/v1/cards");
  if (data.fund.state !== "open")
    return (
      <section class="news" role="status">
        <h2>{t.suspendedTitle}</h2>
        <p class="small">{t.suspended} {data.fund.state_reason}</p>
        <ButtonLink look="second" href={places.product(fund)}>{t.product}</ButtonLink>
      </section>
    );
  if (dates.error && !dates.data) return <Refused failure={dates.error} retry={dates.reload} quiet />;
  if (cards.error && !cards.data) return <Refused failure={cards.error} retry={cards.reload} quiet />;
  if (!dates.data || !cards.data) return <Loading lines={8} height="36rem" />;
  const bound = cards.data.data.filter((one) => one.state === "bound" && !one.blocked);
  if (bound.length === 0)
    return (
      <section class="card home-empty">
        <p>{t.noCard}</p>
        <ButtonLink wide href={`${places.bindCard()}?next=${encodeURIComponent(places.buy(fund))}`}>{t.bind}</ButtonLink>
      </section>
    );
  return <BuyForm data={data} dates={dates.data} cards={bound} />;
}
