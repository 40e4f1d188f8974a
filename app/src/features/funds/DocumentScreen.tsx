/** One document of a fund. */
import type { VNode } from "preact";
import { Missing } from "../../components/Missing";
import { Page } from "../../components/Page";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { DOCUMENTS } from "./Documents";
import documentsEn from "./documents/messages.en";
import documentsZh from "./documents/messages.zh";
import en from "./messages.en";
import zh from "./messages.zh";

export function DocumentScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const name = DOCUMENTS.find((one) => one === params["name"]);
  const fund = params["fund"] ?? "";
  if (!name) return <Missing home={places.home()} />;
  const { title, version, from, body } = (lang === "en" ? documentsEn : documentsZh)[name];
  return (
    <Page title={title} back={places.product(fund)}>
      <article class="card stack">
        <p class="small muted">{t.version(version, formatDay(from, lang))}</p>
        {body.map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
      </article>
    </Page>
  );
}
