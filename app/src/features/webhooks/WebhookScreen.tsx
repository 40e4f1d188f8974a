/** One receiver: test, replay, another secret, the last hundred tries. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Button } from "../../components/Button";
import { Snippet } from "../../components/Copy";
import { Confirm } from "../../components/Dialog";
import { Field } from "../../components/Field";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatAt, formatClockFull } from "../../lib/dates";
import { isProblem, useDoing, wordsOf } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { devPlaces } from "../../lib/links";
import { navigate, type ScreenProps } from "../../lib/router";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { useHooks } from "./reads";

type Hook = Answer<"/v1/webhooks", "get">["data"][number];
type Delivery = Answer<"/v1/webhooks/{webhook_id}/deliveries", "get">["data"][number];
const TONES = { delivered: "badge badge-good", retrying: "badge badge-warn", given_up: "badge badge-bad" } as const;

export function WebhookScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const id = params["webhook"] ?? "";
  const hooks = useHooks();
  return (
    <Page title={t.receiver} back={devPlaces.webhooks()} wide>
      <Shown of={hooks} lines={6} height="20rem">
        {(all) => {
          const hook = all.data.find((one) => one.id === id);
          return hook ? <Receiver hook={hook} /> : <Empty text={t.gone} action={{ text: t.receivers, href: devPlaces.webhooks() }} />;
        }}
      </Shown>
    </Page>
  );
}

function Receiver({ hook }: { hook: Hook }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const deliveries = useGet("/v1/webhooks/{webhook_id}/deliveries", { path: { webhook_id: hook.id } });
  return (
    <>
      <section class="card dev-receiver" aria-label={t.receiver}>
        <Facts>
          <Fact name={t.url}><span class="mono">{hook.url}</span></Fact>
          <Fact name={t.types}>{hook.types.length ? hook.types.join(", ") : t.all}</Fact>
          <Fact name={t.waits}>{hook.waiting}</Fact>
          <Fact name={t.readUpto}>{`#${hook.read_upto}`}</Fact>
          {hook.rests_until && <Fact name={t.restsUntil}>{formatClockFull(hook.rests_until)}</Fact>}
          {hook.previous_secret_until && <Fact name={t.oldSecret}>{formatAt(hook.previous_secret_until, lang)}</Fact>}
        </Facts>
      </section>
      <Acts hook={hook} />
      <section class="card" aria-labelledby="hook-tries">
        <h2 id="hook-tries">{t.lastTries}</h2>
        <Shown of={deliveries} lines={8} height="20rem">
          {(all) => all.data.length === 0 ? <Empty text={t.noTries} /> : <Deliveries all={all.data} />}
        </Shown>
      </section>
    </>
  );
}

function Acts({ hook }: { hook: Hook }): VNode {
  const t = useText(zh, en);
  const [seq, setSeq] = useState("");
  const [secret, setSecret] = useState("");
  const [said, setSaid] = useState("");
  const [asked, setAsked] = useState(false);
  const doing = useDoing();
  const path = { webhook_id: hook.id };
  const after = (text: string) => (toast(text), refresh("/v1/webhooks"));
  const test = () => void doing.run(async () => {
    const done = await api.post("/v1/webhooks/{webhook_id}/test", { path });
    setSaid(t.tested(done.delivery.status === null ? (t.problems as Partial<Record<string, string>>)[done.delivery.problem] ?? done.delivery.problem : `HTTP ${done.delivery.status}`, done.delivery.duration_ms));
    refresh("/v1/webhooks");
  });
  const rotate = () => void doing.run(async () => {
    setSecret((await api.post("/v1/webhooks/{webhook_id}/rotate", { path })).secret);
    refresh("/v1/webhooks");
  });
  const isSeq = /^[1-9]\d{0,14}$/.test(seq);
  const replay = () => void doing.run(async () => {
    if (!isSeq) return;
    const done = await api.post("/v1/webhooks/{webhook_id}/replay", { path, body: { from_seq: parseInt(seq, 10) } });
    after(t.replayed(done.events));
  });
  const remove = () => void doing.run(async () => {
    await api.delete("/v1/webhooks/{webhook_id}", { path });
    refresh("/v1/webhooks");
    navigate(devPlaces.webhooks(), { replace: true });
  });
  const beside = isProblem(doing.failure, "webhook.seq_ahead");
  return (
    <section class="card stack" aria-label={t.acts}>
      <div class="row">
        <Button busy={doing.busy} onPress={test}>{t.test}</Button>
        <Button look="second" off={doing.busy} onPress={rotate}>{t.rotate}</Button>
        <Button look="plain" off={doing.busy} onPress={() => setAsked(true)}>{t.remove}</Button>
      </div>
      <p class="small" role="status">{said}</p>
      {secret && <Snippet title={t.secretOnce} code={secret} />}
      <form class="bar-form dev-narrow" noValidate onSubmit={(event) => (event.preventDefault(), replay())}>
        <Field label={t.replayFrom} hint={t.replayHint} value={seq} inputMode="numeric" maxLength={15} onInput={setSeq} error={beside ? wordsOf(doing.failure) : undefined} />
        <Button type="submit" look="second" off={doing.busy || !isSeq}>{t.replay}</Button>
      </form>
      {doing.failure && !beside && <Refused failure={doing.failure} />}
      <Confirm open={asked} title={t.removeTitle} text={t.removeText} confirm={t.remove} danger onConfirm={remove} onClose={() => setAsked(false)} />
    </section>
  );
}

function Deliveries({ all }: { all: readonly Delivery[] }): VNode {
  const t = useText(zh, en);
  const problems: Partial<Record<string, string>> = t.problems;
  return (
    <div class="scroll-x" tabIndex={0} role="group" aria-label={t.lastTries}>
      <table class="dev-table">
        <thead><tr><th scope="col">{t.at}</th><th scope="col">{t.event}</th><th scope="col">{t.result}</th><th scope="col" class="num">{t.took}</th><th scope="col">{t.next}</th></tr></thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.number}>
              <td class="nowrap">{formatClockFull(one.at)}</td>
              <td><span class="mono small">{one.type}</span><span class="list-note dev-block">{[one.seq && `#${one.seq}`, t.whys[one.why], t.attempt(one.attempt)].filter(Boolean).join(" · ")}</span></td>
              <td><span class={TONES[one.outcome]}>{t.outcomes[one.outcome]}</span><span class="list-note dev-block">{[one.status && `HTTP ${one.status}`, problems[one.problem] ?? one.problem].filter(Boolean).join(" · ")}</span></td>
              <td class="num">{t.ms(one.duration_ms)}</td>
              <td class="nowrap">{one.next_at ? formatClockFull(one.next_at) : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
