/** How to reach us, with what it is about; the way to the freeze for whoever is in a hurry. */
import type { VNode } from "preact";
import { ShieldIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { browser } from "../../lib/browser";
import { useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { useQuery } from "../../lib/router";
import { useValue } from "../../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";

export function HelpScreen(): VNode {
  const t = useText(zh, en);
  const about = useQuery().get("about");
  const order = about && /^[0-9a-f-]{36}$/.test(about) ? about : undefined;
  return (
    <Page title={t.help} back={order ? explain.order(order) : places.home()}>
      <Contact order={order} />
      <List label={t.urgent}><Row icon={<ShieldIcon />} title={t.urgent} note={t.freeze} href={places.security()} /></List>
      <section class="stack-s">
        <h2>{t.checks}</h2>
        <List label={t.checks}>
          <Row title={t.explainLink} href={explain.total()} />
          <Row title={t.records} href={places.records()} />
        </List>
      </section>
    </Page>
  );
}

function Contact({ order }: { order: string | undefined }): VNode {
  const t = useText(zh, en);
  const view = useValue(browser);
  const support = view?.support;
  const subject = encodeURIComponent(order ? t.about(order) : t.subject);
  return (
    <section class="card stack">
      <div class="stack-s">
        <h2>{t.contact}</h2>
        <p>{t.contactText}</p>
        {order && <p class="small muted">{t.about(order)}</p>}
      </div>
      {support ? <a class="button button-primary wide" href={`mailto:${support}?subject=${subject}`}>{t.mail} · {support}</a> : view && <p>{t.noMail}</p>}
      <div class="small muted"><p>{t.reply}</p>{view?.mode === "sandbox" && <p>{t.mailNote}</p>}</div>
    </section>
  );
}
