/** The sandbox's people: one tap is one sign-in. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Loading, Refused } from "../../components/states";
import { PersonIcon } from "../../components/icons";
import { enter } from "../../lib/arrival";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { navigate } from "../../lib/router";
import { lang } from "../../lib/settings";
import en from "./messages.en";
import zh from "./messages.zh";

type Persona = Answer<"/v1/sandbox/personas", "get">["data"][number];

export function PersonasScreen(): VNode {
  const t = useText(zh, en);
  const [people, setPeople] = useState<readonly Persona[]>();
  const [entering, setEntering] = useState<string>();
  const doing = useDoing();
  const load = () => void doing.run(async () => {
    await api.post("/v1/sandbox/developer-session");
    const all = (await api.get("/v1/sandbox/personas")).data;
    setPeople(all.filter((one, i) => all.findIndex((other) => other.persona === one.persona) === i));
  });
  useEffect(load, []);
  const become = (one: Persona) => void doing.run(async () => {
    if (!one.customer_id) return navigate(places.register());
    setEntering(one.persona);
    await api.post("/v1/sandbox/personas/{persona}/sessions", { path: { persona: one.persona } });
    if (one.persona === "foreign") lang.set("en");
    await enter(places.home());
  });
  return (
    <Page title={t.personas} back={places.home()}>
      <p class="muted">{t.personasWhy}</p>
      {doing.failure && <Refused failure={doing.failure} retry={load} />}
      {people ? <People people={people} entering={entering} onTap={become} /> : !doing.failure && <Loading lines={10} height="40rem" retry={load} />}
    </Page>
  );
}

function People({ people, entering, onTap }: { people: readonly Persona[]; entering: string | undefined; onTap: (one: Persona) => void }): VNode {
  const t = useText(zh, en);
  const stories: Partial<Record<string, string>> = t.people;
  const note = (one: Persona) =>
    one.customer_id ? t.documents(one.phone, one.payment_password) : <>{t.notCustomer} · {t.openWith}: <span lang="zh-CN">{one.name}</span> · {one.national_id}</>;
  return (
    <List label={t.personas}>
      {people.map((one) => (
        <Row
          key={one.persona}
          icon={<PersonIcon />}
          title={stories[one.persona] ?? one.about}
          note={entering === one.persona ? t.entering : note(one)}
          onPress={() => onTap(one)}
        />
      ))}
    </List>
  );
}
