/** Comes with the seal of closed days. */
import type { VNode } from "preact";
import { Page } from "../../components/Page";
import { Empty } from "../../components/states";
import { useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";

export function ProofScreen(): VNode {
  const t = useText(zh, en);
  return <Page title={t.proof} back={places.me()}><Empty text={t.proofEmpty} action={{ text: t.proofAction, href: explain.total() }} /></Page>;
}
