/** For those who are not signed in: what this is, and the two ways in. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { Button, ButtonLink } from "../../components/Button";
import { Yield } from "../../components/figures";
import { Page } from "../../components/Page";
import { Rich } from "../../components/Rich";
import { useSources } from "../../lib/sources";
import { browser } from "../../lib/browser";
import { formatDay } from "../../lib/dates";
import { online } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { useQuery } from "../../lib/router";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { useLatestYield, useSmallestPurchase } from "./reads";

export function WelcomeScreen(): VNode {
  const t = useText(zh, en);
  return (
    <Page title={t.welcome}>
      <div class="welcome">
        <Refusal />
        <section class="welcome-hero">
          <p class="welcome-promise">{t.promise}</p>
          <LatestYield />
        </section>
        <Points />
        <Entry />
        <Sandbox />
      </div>
    </Page>
  );
}

function LatestYield(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const funds = useGet("/v1/funds");
  const fund = funds.data?.data[0];
  const day = useLatestYield(fund?.fund);
  return (
    <div class="welcome-yield" aria-busy={!day && (funds.loading || fund !== undefined) ? "true" : undefined}>
      {fund && day && (
        <>
          <p class="small muted">{t.latestYield} · {lang === "en" ? fund.name_en : fund.name_zh}</p>
          <p class="welcome-figure"><Yield value={day.yield_7d_e3} explain={explain.yields(fund.fund, day.on)} label={t.latestYield} /></p>
          <p class="tiny muted">{t.published(formatDay(day.on, lang), inWords(fund.manager))} · {t.past}</p>
        </>
      )}
    </div>
  );
}

function Points(): VNode {
  const { points: t } = useText(zh, en);
  const fund = useGet("/v1/funds").data?.data[0]?.fund;
  const least = useSmallestPurchase(fund);
  const start = <Rich text={t.start} parts={{ amount: fund && least ? <Amount fen={least} explain={explain.rule(fund, "fund.purchase_minimum")} /> : "" }} />;
  const points = [[start, t.startNote], [t.out, t.outNote], [t.check, t.checkNote]] as const;
  return (
    <ul class="welcome-points">
      {points.map(([what, note]) => <li key={note}><span class="strong">{what}</span><span class="tiny muted">{note}</span></li>)}
    </ul>
  );
}

function Entry(): VNode {
  const t = useText(zh, en);
  const isOnline = useValue(online);
  if (isOnline)
    return (
      <div class="stack-s">
        <ButtonLink href={places.register()} wide>{t.register}</ButtonLink>
        <ButtonLink href={places.signIn()} look="second" wide>{t.signIn}</ButtonLink>
      </div>
    );
  return (
    <div class="stack-s">
      <Button wide off describedBy="offline-entry">{t.register}</Button>
      <Button wide off look="second" describedBy="offline-entry">{t.signIn}</Button>
      <p id="offline-entry" class="small warn">{t.offlineEntry}</p>
    </div>
  );
}

function Sandbox(): VNode | null {
  const t = useText(zh, en);
  if (useValue(browser)?.mode !== "sandbox") return null;
  return (
    <section class="welcome-sandbox">
      <p class="small muted">{t.personaNote}</p>
      <ButtonLink href={places.personas()} look="plain">{t.persona}</ButtonLink>
    </section>
  );
}

/** What the way through the device maker's account came to, if it came to nothing. */
function Refusal(): VNode | null {
  const { refused: t } = useText(zh, en);
  const code = useQuery().get("refused");
  if (!code) return null;
  const known: Record<string, string> = {
    "device_account.denied": t.denied,
    "device_account.flow_expired": t.expired,
    "device_account.linked_elsewhere": t.linked,
    "device_account.maker_down": t.down,
  };
  return <p class="refused" role="alert">{known[code] ?? t.other}</p>;
}
