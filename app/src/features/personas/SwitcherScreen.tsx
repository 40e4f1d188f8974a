/** Ten personas: where each stands, and one tap to be that person in the customer app. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { Page } from "../../components/Page";
import { Refused, Shown } from "../../components/states";
import { eraseCopies } from "../../lib/browser";
import { formatAt } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { lang } from "../../lib/settings";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Persona = Answer<"/v1/sandbox/personas", "get">["data"][number];
const REWIND_MS = 300_000;

export function SwitcherScreen(): VNode {
  const t = useText(zh, en);
  const people = useGet("/v1/sandbox/personas");
  const [entering, setEntering] = useState<string>();
  const doing = useDoing();
  const become = (one: Persona) => void doing.run(async () => {
    if (!one.customer_id) return location.assign(places.register());
    setEntering(one.persona);
    await api.post("/v1/sandbox/personas/{persona}/sessions", { path: { persona: one.persona } });
    if (one.persona === "foreign") lang.set("en");
    await eraseCopies();
    location.assign(places.home());
  });
  return (
    <Page title={t.title} wide>
      <p class="muted dev-lead">{t.why}</p>
      {doing.failure && <Refused failure={doing.failure} />}
      <Shown of={people} lines={10} height="40rem">
        {(all) => (
          <ul class="dev-cards">
            {all.data.filter((one, i) => all.data.findIndex((other) => other.persona === one.persona) === i).map((one) => (
              <PersonaCard key={one.persona} one={one} busy={entering === one.persona && doing.busy} onEnter={() => become(one)} />
            ))}
          </ul>
        )}
      </Shown>
      <Reset />
    </Page>
  );
}

function PersonaCard({ one, busy, onEnter }: { one: Persona; busy: boolean; onEnter: () => void }): VNode {
  const t = useText(zh, en);
  const stories: Partial<Record<string, readonly [string, string]>> = t.people;
  const [name, story] = stories[one.persona] ?? [one.persona, one.about];
  return (
    <li class="card dev-card">
      <div class="row-apart">
        <h2>{name}</h2>
        <span class={one.customer_id ? "badge badge-good" : "badge"}>{one.customer_id ? t.customer : t.notYet}</span>
      </div>
      <p class="small">{story}</p>
      <dl class="dev-facts small">
        <div><dt>{t.phone}</dt><dd>{one.phone}</dd></div>
        <div><dt>{t.id}</dt><dd>{one.national_id}</dd></div>
        <div><dt>{t.card}</dt><dd>{one.bank} {one.card}</dd></div>
        <div><dt>{t.password}</dt><dd>{one.payment_password}</dd></div>
      </dl>
      <Button look="second" busy={busy} wide onPress={onEnter} label={`${one.customer_id ? t.enter : t.register}: ${name}`}>
        {one.customer_id ? t.enter : t.register}
      </Button>
    </li>
  );
}

/** Everybody as they were at the earliest kept state; their ids stay the same. */
function Reset(): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const branches = useGet("/v1/sandbox/branches");
  const [asked, setAsked] = useState(false);
  const doing = useDoing();
  const first = branches.data?.data.find((one) => !one.is_current);
  const reset = () => void doing.run(async () => {
    setAsked(false);
    await api.post("/v1/sandbox/rewind", { body: { to: first?.name ?? "" }, timeoutMs: REWIND_MS });
    location.reload();
  });
  if (!branches.data) return null;
  return (
    <section class="card stack-s" aria-labelledby="dev-reset">
      <h2 id="dev-reset">{t.reset}</h2>
      <p class="small muted">{first ? t.resetWhy(first.name, formatAt(first.business_at, lang)) : t.resetNone}</p>
      {doing.failure && <Refused failure={doing.failure} />}
      {first && <div><Button look="second" busy={doing.busy} onPress={() => setAsked(true)}>{t.resetNow}</Button></div>}
      <Confirm open={asked} title={t.resetTitle} text={t.resetText} confirm={t.resetNow} danger onConfirm={reset} onClose={() => setAsked(false)} />
    </section>
  );
}
