/** Webhooks: receivers, how to verify, and the sandbox's own inbox. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { Snippet } from "../../components/Copy";
import { Field } from "../../components/Field";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Refused, Shown } from "../../components/states";
import { isProblem, useDoing, wordsOf } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { devPlaces } from "../../lib/links";
import { refresh } from "../../lib/store";
import { Inbox } from "./Inbox";
import en from "./messages.en";
import zh from "./messages.zh";
import { useHooks } from "./reads";

const OF_URL = ["webhook.target_refused", "validation.too_short", "validation.too_long"];
const OF_TYPES = ["validation.failed", "validation.wrong_value"];
const INBOX = "/v1/sandbox/webhook-inbox";

export function WebhooksScreen(): VNode {
  const t = useText(zh, en);
  const hooks = useHooks(INBOX);
  return (
    <Page title={t.title} wide>
      <p class="muted dev-lead">{t.why}</p>
      <div class="dev-split">
        <div class="stack-l">
          <section class="stack-s" aria-labelledby="hooks-all">
            <h2 id="hooks-all">{t.receivers}</h2>
            <Shown of={hooks} lines={3}>
              {(all) => all.data.length === 0 ? <Empty text={t.none} /> : (
                <List label={t.receivers}>
                  {all.data.map((one) => (
                    <Row key={one.id} title={<span class="mono">{one.url}</span>} note={one.types.length ? one.types.join(", ") : t.all}
                      end={<span class={one.failures ? "badge badge-bad" : "badge badge-good"}>{one.failures ? t.away(one.failures) : t.well}</span>}
                      endNote={one.waiting ? t.waiting(one.waiting) : undefined} href={devPlaces.webhook(one.id)} />
                  ))}
                </List>
              )}
            </Shown>
          </section>
          <NewHook />
          <section class="stack-s" aria-labelledby="hooks-verify">
            <h2 id="hooks-verify">{t.verify}</h2>
            <p class="small muted">{t.verifyWhy}</p>
            <Snippet title={t.verifyPython} code={VERIFY} />
          </section>
        </div>
        <Inbox />
      </div>
    </Page>
  );
}

const VERIFY = [
  "import time",
  "from huoqi.events.rules.signatures import verify",
  "",
  "# body: the bytes as they came; header: Huoqi-Signature",
  "verify(body, header=header, secrets=[secret], now_unix=int(time.time()))",
].join("\n");

function NewHook(): VNode {
  const t = useText(zh, en);
  const [url, setUrl] = useState(`${location.origin}${INBOX}`);
  const [types, setTypes] = useState("");
  const [secret, setSecret] = useState("");
  const doing = useDoing();
  const add = () => void doing.run(async () => {
    const list = types.split(/[\s,，]+/).filter(Boolean);
    const made = await api.post("/v1/webhooks", { body: { url: url.trim(), types: list } });
    setSecret(made.secret);
    refresh("/v1/webhooks");
  });
  const [atUrl, atTypes] = [isProblem(doing.failure, ...OF_URL), isProblem(doing.failure, ...OF_TYPES)];
  return (
    <section class="card stack" aria-labelledby="hooks-new">
      <h2 id="hooks-new">{t.add}</h2>
      <form class="stack" noValidate onSubmit={(event) => (event.preventDefault(), add())}>
        <Field label={t.url} hint={t.urlHint} type="url" inputMode="url" value={url} maxLength={500} onInput={setUrl} error={atUrl ? wordsOf(doing.failure) : undefined} />
        <Field label={t.types} hint={t.typesHint} value={types} onInput={setTypes} error={atTypes ? t.typesWrong : undefined} />
        {doing.failure && !atUrl && !atTypes && <Refused failure={doing.failure} />}
        <div><Button type="submit" busy={doing.busy}>{t.addNow}</Button></div>
      </form>
      {secret && <div role="status"><Snippet title={t.secretOnce} code={secret} /></div>}
    </section>
  );
}
