/** What came of an application that did not open an account at once. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, ButtonLink } from "../../components/Button";
import { formatAt, formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";

export type Outcome =
  | { kind: "under_age"; from: string }
  | { kind: "down" }
  | { kind: "exists" }
  | { kind: "review"; by: string | null };

interface Props {
  outcome: Outcome;
  busy: boolean;
  onAgain: () => void;
  onChange: () => void;
}

export function OutcomeCard({ outcome, busy, onAgain, onChange }: Props): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  if (outcome.kind === "under_age")
    return (
      <Told title={t.underTitle} why={t.underWhy(formatDay(outcome.from, lang))} more={t.underKept}>
        <Button wide busy={busy} onPress={onAgain}>{t.again}</Button>
        <Button wide look="second" onPress={onChange}>{t.change}</Button>
        <ButtonLink wide look="plain" href={places.home()}>{t.home}</ButtonLink>
      </Told>
    );
  if (outcome.kind === "down")
    return (
      <Told title={t.downTitle} why={t.downWhy}>
        <Button wide busy={busy} onPress={onAgain}>{t.again}</Button>
        <ButtonLink wide look="second" href={places.home()}>{t.home}</ButtonLink>
      </Told>
    );
  if (outcome.kind === "exists")
    return (
      <Told title={t.existsTitle} why={t.existsWhy}>
        <ButtonLink wide href={places.signIn()}>{t.signIn}</ButtonLink>
        <ButtonLink wide look="second" href={places.recover()}>{t.recover}</ButtonLink>
        <Button wide look="plain" onPress={onChange}>{t.change}</Button>
      </Told>
    );
  return (
    <Told title={t.reviewTitle} why={outcome.by ? t.reviewWhy(formatAt(outcome.by, lang)) : t.reviewAfter} more={t.reviewAfter}>
      <ButtonLink wide href={places.home()}>{t.home}</ButtonLink>
    </Told>
  );
}

function Told({ title, why, more, children }: { title: string; why: string; more?: string; children: ComponentChildren }): VNode {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), [title]);
  return (
    <section class="card stack" role="alert" tabIndex={-1} ref={box}>
      <h2 class="flow-title">{title}</h2>
      <p>{why}</p>
      {more && <p class="small muted">{more}</p>}
      {children}
    </section>
  );
}
