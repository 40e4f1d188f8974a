/** Home: how much there is and what came yesterday; welcome for those who are not signed in. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink, IconButton } from "../../components/Button";
import { EyeIcon, EyeOffIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Loading, Shown } from "../../components/states";
import { useSignedIn } from "../../lib/browser";
import { useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { sum } from "../../lib/money";
import { amountsHidden } from "../../lib/settings";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function HomeScreen(): VNode {
  const signedIn = useSignedIn();
  if (signedIn === undefined) return <div class="page"><Loading lines={6} height="60vh" /></div>;
  return signedIn ? <Holdings /> : <Welcome />;
}

function Welcome(): VNode {
  const t = useText(zh, en);
  return (
    <Page title={t.welcome}>
      <p>{t.promise}</p>
      <ButtonLink href={places.register()} wide>{t.register}</ButtonLink>
      <ButtonLink href={places.signIn()} look="second" wide>{t.signIn}</ButtonLink>
    </Page>
  );
}

function Holdings(): VNode {
  const t = useText(zh, en);
  const holdings = useGet("/v1/holdings");
  return (
    <Page title={t.title} actions={<HideButton />}>
      <Shown of={holdings} lines={6} height="20rem">{(data) => <Body data={data} />}</Shown>
    </Page>
  );
}

function Body({ data }: { data: Answer<"/v1/holdings", "get"> }): VNode {
  const t = useText(zh, en);
  if (data.data.length === 0)
    return <Empty text={t.none} action={{ text: t.buy, href: "/funds" }} />;
  const total = sum([data.cash.amount, data.cash_held.amount, ...data.data.map((one) => one.units.units)]);
  return (
    <>
      <section class="card stack">
        <p class="muted">{t.total}</p>
        <Amount fen={total} size="xl" explain={explain.total()} label={t.total} />
      </section>
      <List>
        {data.data.map((one) => (
          <Row
            key={one.fund}
            title={one.fund}
            note={t.yesterday}
            href={places.product(one.fund)}
            end={one.last_income && <Amount fen={one.last_income.amount} sign="always" explain="inside" />}
          />
        ))}
      </List>
    </>
  );
}

function HideButton(): VNode {
  const t = useText(zh, en);
  const hidden = useValue(amountsHidden);
  return (
    <IconButton label={t.hide} pressed={hidden} onPress={() => amountsHidden.set(!hidden)}>
      {hidden ? <EyeOffIcon /> : <EyeIcon />}
    </IconButton>
  );
}
