/** Home: how much there is and what came last; welcome for those who are not signed in. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink, IconButton } from "../../components/Button";
import { EyeIcon, EyeOffIcon } from "../../components/icons";
import { Page } from "../../components/Page";
import { Rich } from "../../components/Rich";
import { Loading, Shown } from "../../components/states";
import { browser, useSignedIn } from "../../lib/browser";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { useLive } from "../../lib/live";
import { amountsHidden } from "../../lib/settings";
import { useValue } from "../../lib/state";
import { refresh, useGet } from "../../lib/store";
import { Bell } from "./Bell";
import { FundNews } from "./FundNews";
import { Hero } from "./Hero";
import en from "./messages.en";
import zh from "./messages.zh";
import { useSmallestPurchase } from "./reads";
import { Shelves } from "./Shelves";
import { WelcomeScreen } from "./Welcome";
import { YieldCard } from "./YieldCard";

type Holdings = Answer<"/v1/holdings", "get">;

export function HomeScreen(): VNode {
  const signedIn = useSignedIn();
  if (signedIn === undefined) return <div class="page"><Loading lines={6} height="60vh" /></div>;
  return signedIn ? <Overview /> : <WelcomeScreen />;
}

function Overview(): VNode {
  const t = useText(zh, en);
  const holdings = useGet("/v1/holdings");
  useLive("/v1/me/changes", ["open"], () => refresh("/v1/holdings")); // what changed before we were told
  useLive("/v1/me/changes", ["message", "reset"], () => refresh("/v1/holdings", "/v1/funds", "/v1/me/notifications"));
  const isStranger = useValue(browser) === undefined && holdings.data === undefined && holdings.error !== undefined;
  // Nobody could be asked who is here, and there is no copy of anything: most likely a stranger.
  if (isStranger) return <WelcomeScreen />;
  return (
    <Page title={t.title} actions={<><HideButton /><Bell /></>}>
      <Shown of={holdings} lines={6} height="30rem">{(data) => <Body data={data} />}</Shown>
    </Page>
  );
}

function Body({ data }: { data: Holdings }): VNode {
  const funds = useGet("/v1/funds").data?.data ?? [];
  const first = funds[0];
  const isEmpty = data.data.length === 0 && data.cash.amount === "0" && data.cash_held.amount === "0";
  return (
    <>
      {funds.map((one) => <FundNews key={one.fund} fund={one} holding={data.data.find((held) => held.fund === one.fund)} />)}
      {isEmpty && !data.is_frozen ? <Nothing fund={first?.fund} /> : <Something data={data} fund={first?.fund} />}
      {first && <YieldCard fund={first} />}
    </>
  );
}

function Something({ data, fund }: { data: Holdings; fund: string | undefined }): VNode {
  const shown = data.data[0]?.fund ?? fund;
  return (
    <>
      <Hero data={data} />
      {data.is_frozen ? <Frozen /> : shown && <Actions fund={shown} />}
      <Shelves data={data} />
    </>
  );
}

/** One sentence and one thing to do. */
function Nothing({ fund }: { fund: string | undefined }): VNode {
  const t = useText(zh, en);
  const least = useSmallestPurchase(fund);
  return (
    <section class="card home-empty">
      <h2>{t.emptyTitle}</h2>
      <p class="muted">{t.empty}</p>
      {fund && least && (
        <ButtonLink wide href={`${places.buy(fund)}?fen=${least}`}>
          <Rich text={t.buyOne} parts={{ amount: <Amount fen={least} explain="inside" /> }} />
        </ButtonLink>
      )}
    </section>
  );
}

function Actions({ fund }: { fund: string }): VNode {
  const t = useText(zh, en);
  return (
    <div class="home-actions">
      <ButtonLink href={places.buy(fund)} wide>{t.buy}</ButtonLink>
      <ButtonLink href={places.redeem(fund)} look="second" wide>{t.redeem}</ButtonLink>
    </div>
  );
}

function Frozen(): VNode {
  const t = useText(zh, en);
  return <ButtonLink href={places.security()} look="second" wide>{t.frozen}</ButtonLink>;
}

function HideButton(): VNode {
  const t = useText(zh, en);
  const hidden = useValue(amountsHidden);
  return (
    <IconButton label={t.hide} pressed={hidden} onPress={() => amountsHidden.set(!hidden)}>
      {hidden ? <EyeOffIcon /> : <EyeIcon />}
    </IconButton>
  );
}
