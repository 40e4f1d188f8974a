/** One text that a purchase asks to agree to, in its version in force. */
import type { VNode } from "preact";
import { Missing } from "../../components/Missing";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import type { Agreement } from "./Documents";
import en from "./messages.en";
import zh from "./messages.zh";

export function DocumentScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const fund = params["fund"] ?? "";
  const answer = useGet("/v1/funds/{fund}/agreements", { path: { fund } });
  const agreement = answer.data?.data.find((one) => one.code === params["name"]);
  if (answer.data && !agreement) return <Missing home={places.home()} />;
  const title = agreement && (lang === "en" ? agreement.title_en : agreement.title_zh);
  return (
    <Page title={title ?? t.documents} back={places.product(fund)}>
      <Shown of={answer} lines={8} height="24rem">{() => agreement ? <Text agreement={agreement} /> : null}</Shown>
    </Page>
  );
}

function Text({ agreement }: { agreement: Agreement }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <article class="card stack">
      <p class="small muted">{t.version(agreement.version, formatDay(agreement.effective_from, lang))}</p>
      {(lang === "en" ? agreement.body_en : agreement.body_zh).map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
    </article>
  );
}
