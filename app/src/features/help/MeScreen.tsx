/** Who is here, and the way to everything about the account. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Button } from "../../components/Button";
import { Check } from "../../components/Field";
import { BellIcon, CalendarIcon, CardIcon, CheckIcon, CloseIcon, FileIcon, HelpIcon, PersonIcon, ShieldIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { RadioCards } from "../../components/Radio";
import { Empty, Loading, Refused, Shown } from "../../components/states";
import { signOut, useSignedIn } from "../../lib/browser";
import { useDoing } from "../../lib/doing";
import { forgetAll } from "../../lib/forget";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { navigate } from "../../lib/router";
import { amountsHidden, chosenColours, type Colours, theme, type Theme } from "../../lib/settings";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function MeScreen(): VNode {
  const t = useText(zh, en);
  const signedIn = useSignedIn();
  return (
    <Page title={t.title}>
      {signedIn === undefined && <Loading lines={8} height="40rem" />}
      {signedIn === false && <Empty text={t.signInFirst} action={{ text: t.signIn, href: places.signIn() }} />}
      {signedIn && <Account />}
      <Look />
      {signedIn && <SignOut />}
    </Page>
  );
}

function Account(): VNode {
  const t = useText(zh, en);
  const me = useGet("/v1/me");
  const fund = useGet("/v1/funds").data?.data[0]?.fund;
  return (
    <>
      <Shown of={me} lines={2} height="5.5rem">{(data) => <Who me={data} />}</Shown>
      <List label={t.account}>
        <Row icon={<CheckIcon />} title={t.pay} href={places.pay()} />
        <Row icon={<PersonIcon />} title={t.send} href={places.send()} />
        <Row icon={<CardIcon />} title={t.cards} href={places.cards()} />
        <Row icon={<ShieldIcon />} title={t.security} href={places.security()} />
        {fund && <Row icon={<CalendarIcon />} title={t.income} href={places.income(fund)} />}
        <Row icon={<FileIcon />} title={t.statements} href={places.statements()} />
        <Row icon={<FileIcon />} title={t.agreements} href={places.agreements()} />
        <Row icon={<CheckIcon />} title={t.proof} href="/proof" />
        <Row icon={<BellIcon />} title={t.notices} href={places.notifications()} />
        <Row icon={<HelpIcon />} title={t.help} href={places.help()} />
        <Row icon={<CloseIcon />} title={t.leave} href="/close-account" />
      </List>
    </>
  );
}

function Who({ me }: { me: Answer<"/v1/me", "get"> }): VNode {
  const t = useText(zh, en);
  return (
    <section class="card who">
      <span class="done-mark" aria-hidden="true"><PersonIcon /></span>
      <div>
        <p class="strong"><span lang="zh-CN">{me.name_masked}</span> {me.simulated && <span class="badge">{t.simulated}</span>}</p>
        <p class="small muted">{me.phone_masked} · {me.national_id_masked}</p>
      </div>
    </section>
  );
}

function Look(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const colours = useValue(chosenColours) ?? (lang === "en" ? "green-up" : "red-up"); // as applySettings does
  const hidden = useValue(amountsHidden);
  const themes = ["system", "light", "dark"] as const;
  const names = ["red-up", "green-up"] as const;
  return (
    <section class="card stack">
      <h2>{t.look}</h2>
      <RadioCards<Theme> legend={t.theme} value={useValue(theme)} onChange={(next) => theme.set(next)} options={themes.map((value) => ({ value, text: t.themes[value] }))} />
      <RadioCards<Colours> legend={t.colours} value={colours} onChange={(next) => chosenColours.set(next)} options={names.map((value) => ({ value, text: t.colourNames[value] }))} />
      <Check label={t.hide} checked={hidden} onChange={(on) => amountsHidden.set(on)} />
    </section>
  );
}

function SignOut(): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const leave = () => void doing.run(async () => {
    await signOut();
    forgetAll();
    navigate(places.home(), { replace: true });
  });
  return (
    <>
      <Button look="second" wide busy={doing.busy} onPress={leave}>{t.signOut}</Button>
      {doing.failure && <Refused failure={doing.failure} retry={leave} />}
    </>
  );
}
