/** Money out: fast or normal, when it arrives, what it costs in income, what is left today. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { Page } from "../../components/Page";
import { Empty, Loading, Refused, Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { useFresh } from "./reads";
import { RedeemForm } from "./RedeemForm";
import { type Holding, isSuspended } from "./rules";

export function RedeemScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const fund = params["fund"] ?? "";
  useFresh(fund);
  const holding = useGet("/v1/holdings/{fund}", { path: { fund } });
  return (
    <Page title={t.title} back={places.home()}>
      <Shown of={holding} lines={8} height="40rem">{(data) => <Body fund={fund} holding={data.holding} />}</Shown>
    </Page>
  );
}

function Body({ fund, holding }: { fund: string; holding: Holding }): VNode {
  const t = useText(zh, en);
  const known = useGet("/v1/funds").data?.data.find((one) => one.fund === fund);
  if (isSuspended(known)) return <Suspended reason={known?.state_reason ?? ""} />;
  if (holding.available.units === "0")
    return <Empty text={t.none} action={{ text: t.noneAction, href: places.buy(fund) }} />;
  return (
    <>
      <Locked />
      <section class="redeem-have">
        <p class="small muted">{t.available}</p>
        <p><Amount fen={holding.available.units} size="l" explain={explain.balance(fund)} label={t.available} /></p>
      </section>
      <Ready fund={fund} holding={holding} state={known} />
    </>
  );
}

function Ready({ fund, holding, state }: { fund: string; holding: Holding; state: { state: string } | undefined }): VNode {
  const t = useText(zh, en);
  const quota = useGet("/v1/holdings/{fund}/quota", { path: { fund } });
  const cards = useGet("/v1/cards");
  const failure = quota.error ?? cards.error;
  if (!quota.data || !cards.data) {
    if (failure) return <Refused failure={failure} retry={() => (quota.reload(), cards.reload())} quiet />;
    return <Loading lines={8} height="40rem" />;
  }
  const bound = cards.data.data.filter((card) => card.state === "bound" && !card.blocked);
  if (bound.length === 0) return <Empty text={t.noCard} action={{ text: t.bind, href: places.bindCard() }} />;
  return <RedeemForm fund={fund} holding={holding} quota={quota.data} cards={bound} state={state} />;
}

function Suspended({ reason }: { reason: string }): VNode {
  const t = useText(zh, en);
  return (
    <section class="notice notice-warn" role="status">
      <h2>{t.suspendedTitle}</h2>
      <p>{t.suspendedText(reason)}</p>
      <div><ButtonLink href={places.home()} look="second">{t.home}</ButtonLink></div>
    </section>
  );
}

/** Frozen, or in the day after a change of password: said before anything is typed. */
function Locked(): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const me = useGet("/v1/me").data;
  if (!me || (!me.frozen_by && !me.cool_down_until)) return null;
  return (
    <section class="notice notice-warn" role="status">
      <p>{me.frozen_by ? t.frozen : t.coolDown(formatAt(me.cool_down_until ?? "", lang))}</p>
      <p><a href={places.security()}>{t.security}</a></p>
    </section>
  );
}
