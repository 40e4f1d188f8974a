/** It worked; until when money stands still. */
import type { VNode } from "preact";
import { ButtonLink } from "../../components/Button";
import { CheckIcon } from "../../components/icons";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function CoolDown({ title }: { title: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const until = useGet("/v1/me").data?.cool_down_until;
  return (
    <section class="card stack" role="status">
      <span class="done-mark"><CheckIcon /></span>
      <h2>{title}</h2>
      {until && <p class="notice notice-warn small">{t.coolUntil(formatAt(until, lang))}</p>}
      <ButtonLink wide href={places.home()} replace>{t.goHome}</ButtonLink>
      <ButtonLink wide look="second" href={places.security()} replace>{t.security}</ButtonLink>
    </section>
  );
}
