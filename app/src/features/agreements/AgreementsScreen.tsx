/** What I agreed to: which text, in which version, when; each text can be read again. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Agreed = Answer<"/v1/me/agreements", "get">["data"][number];

export function AgreementsScreen(): VNode {
  const t = useText(zh, en);
  const agreed = useGet("/v1/me/agreements");
  return (
    <Page title={t.title} back={places.me()}>
      <Shown of={agreed} lines={6} height="24rem">
        {({ data }) => data.length === 0 ? <Empty text={t.empty} action={{ text: t.funds, href: places.funds() }} /> : (
          <>
            <p class="small muted">{t.about}</p>
            {data.map((one) => <One key={`${one.agreement.code} ${one.agreement.version} ${one.fund}`} agreed={one} />)}
          </>
        )}
      </Shown>
    </Page>
  );
}

function One({ agreed }: { agreed: Agreed }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { agreement, fund } = agreed;
  return (
    <details class="card agreed">
      <summary>
        <span class="strong">{lang === "en" ? agreement.title_en : agreement.title_zh}</span>
        <span class="small muted">{t.version(agreement.version)}{fund ? t.fund(fund) : t.platform}{t.on(formatAt(agreed.agreed_at, lang))}</span>
        {!agreed.is_in_force && <span class="small muted">{t.replaced}</span>}
        {agreed.way === "simulated" && <span class="small muted">{t.simulated}</span>}
      </summary>
      <div class="stack-s">
        {(lang === "en" ? agreement.body_en : agreement.body_zh).map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
        <p class="tiny muted">{t.hash} <span class="mono">{agreed.text_sha256}</span></p>
      </div>
    </details>
  );
}
