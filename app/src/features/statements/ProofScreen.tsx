/** The proof of a balance, to take along and to check without us. */
import type { VNode } from "preact";
import { Page } from "../../components/Page";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";

export function ProofScreen(): VNode {
  const t = useText(zh, en);
  return (
    <Page title={t.proof} back={places.me()}>
      <p>{t.proofAbout}</p>
      <a class="button button-primary" href="/v1/me/proof" download>{t.proofFile}</a>
      <p class="small">{t.proofCheck}</p>
      <p class="small muted">{t.proofNot}</p>
    </Page>
  );
}
