/** Where a developer begins: what runs, a key, calls that work, and where to go on. */
import type { VNode } from "preact";
import { Snippet } from "../../components/Copy";
import { Fact, Facts, List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { formatAt } from "../../lib/dates";
import { businessTime } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { devPlaces } from "../../lib/links";
import { useValue } from "../../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";
import { stepsFor } from "./snippets";

export function QuickstartScreen(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const at = useValue(businessTime);
  const addresses = { app: `${location.origin}/`, console: `${location.origin}/console/`, docs: `${location.origin}/docs`, contract: `${location.origin}/openapi.json` };
  return (
    <Page title={t.title} wide>
      <p class="muted dev-lead">{t.lead}</p>
      <div class="dev-split">
        <div class="stack-l">
          <section class="card stack-s" aria-labelledby="dev-runs">
            <h2 id="dev-runs">{t.runs}</h2>
            <Facts>
              <Fact name={t.platformTime}>{at ? formatAt(at, lang) : "–"}</Fact>
              <Fact name={t.customerApp}><a href="/" target="_self">{addresses.app}</a></Fact>
              <Fact name={t.console}><a href="/console/" target="_self">{addresses.console}</a></Fact>
              <Fact name={t.reference}><a href="/docs" target="_self">{addresses.docs}</a></Fact>
              <Fact name={t.contract}><a href="/openapi.json" target="_self">{addresses.contract}</a></Fact>
              <Fact name={t.parties}>{t.partiesAre}</Fact>
            </Facts>
          </section>
          <section class="stack-s" aria-labelledby="dev-next">
            <h2 id="dev-next">{t.next}</h2>
            <List label={t.next}>
              <Row title={t.toPersonas} note={t.toPersonasWhy} href={devPlaces.personas()} />
              <Row title={t.toFaults} note={t.toFaultsWhy} href={devPlaces.faults()} />
              <Row title={t.toMagic} note={t.toMagicWhy} href={devPlaces.magic()} />
              <Row title={t.toEvents} note={t.toEventsWhy} href={devPlaces.events()} />
              <Row title={t.toWebhooks} note={t.toWebhooksWhy} href={devPlaces.webhooks()} />
            </List>
          </section>
        </div>
        <section class="stack" aria-labelledby="dev-calls">
          <h2 id="dev-calls">{t.calls}</h2>
          <p class="small muted">{t.callsWhy}</p>
          {stepsFor(location.origin).map((step, i) => <Snippet key={step.name} title={`${i + 1}. ${t.steps[step.name]}`} code={step.code} />)}
        </section>
      </div>
    </Page>
  );
}
