/** The event log: newest first, live; what each carries, sending it again, replaying from it. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Button } from "../../components/Button";
import { Snippet } from "../../components/Copy";
import { Field } from "../../components/Field";
import { Page } from "../../components/Page";
import { Empty, Loading, Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatAt } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { devPlaces } from "../../lib/links";
import { CHANGED, liveNow, useLive } from "../../lib/live";
import { useValue } from "../../lib/state";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Event = Answer<"/v1/events/newest", "get">["data"][number];
const STREAM = "/v1/sandbox/events/changes";
const LIMIT = 50;

export function EventsScreen(): VNode {
  const t = useText(zh, en);
  const live = useValue(liveNow);
  const [type, setType] = useState("");
  const [object, setObject] = useState(new URLSearchParams(location.search).get("object") ?? "");
  const wanted = useSettled(`${type.trim()}\n${object.trim()}`);
  const [kind, about] = wanted.split("\n") as [string, string];
  const query = { limit: LIMIT, ...(/^[a-z0-9_.]*$/.test(kind) && kind ? { type: kind } : {}), ...(about ? { object: about } : {}) };
  const events = useGet("/v1/events/newest", { query });
  useLive(STREAM, CHANGED, () => refresh("/v1/events/newest"));
  return (
    <Page title={t.title} wide actions={<span class={live ? "badge badge-good" : "badge badge-warn"}>{live ? t.live : t.notLive}</span>}>
      <p class="muted dev-lead">{t.why}</p>
      <div class="dev-filter">
        <Field label={t.type} hint={t.typeHint} value={type} maxLength={100} onInput={setType} />
        <Field label={t.object} hint={t.objectHint} value={object} maxLength={200} onInput={setObject} />
      </div>
      <Shown of={events} lines={12} height="50rem">
        {(all) => all.data.length === 0
          ? <Empty text={t.none} action={{ text: t.clear, onPress: () => (setType(""), setObject("")) }} />
          : <Events key={wanted} first={all.data} cursor={all.next_cursor} query={query} onObject={setObject} />}
      </Shown>
    </Page>
  );
}

/** What was typed, once the fingers rest. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

interface EventsProps {
  first: readonly Event[];
  cursor: string | null;
  query: object;
  onObject: (object: string) => void;
}

function Events({ first, cursor, query, onObject }: EventsProps): VNode {
  const t = useText(zh, en);
  const [older, setOlder] = useState<{ rows: readonly Event[]; cursor: string | null }>();
  const doing = useDoing();
  const next = older ? older.cursor : cursor;
  const more = () => void doing.run(async () => {
    const page = await api.get("/v1/events/newest", { query: { ...query, cursor: next } });
    setOlder({ rows: [...(older?.rows ?? []), ...page.data], cursor: page.next_cursor });
  });
  const seen = new Set(first.map((one) => one.id));
  const rows = [...first, ...(older?.rows ?? []).filter((one) => !seen.has(one.id))];
  return (
    <>
      <ol class="dev-events" aria-label={t.title}>
        {rows.map((one) => <EventRow key={one.id} one={one} onObject={onObject} />)}
      </ol>
      {doing.failure && <Refused failure={doing.failure} />}
      {next && <div class="center"><Button look="second" busy={doing.busy} onPress={more}>{t.more}</Button></div>}
    </>
  );
}

function EventRow({ one, onObject }: { one: Event; onObject: (object: string) => void }): VNode {
  const lang = useLang();
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button type="button" class="dev-event" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="dev-seq mono">{one.seq}</span>
        <span class="mono dev-type">{one.type}</span>
        <span class="mono small muted dev-object">{one.object_id}</span>
        <span class="small muted dev-at">{formatAt(one.business_time, lang)}</span>
      </button>
      {open && <Detail one={one} onObject={onObject} />}
    </li>
  );
}

function Detail({ one, onObject }: { one: Event; onObject: (object: string) => void }): VNode {
  const t = useText(zh, en);
  const hooks = useGet("/v1/webhooks");
  const doing = useDoing();
  const resend = () => void doing.run(async () => {
    const done = await api.post("/v1/events/{event_id}/resend", { path: { event_id: one.id } });
    toast(t.resent(done.receivers));
  });
  const replay = () => void doing.run(async () => {
    const all = hooks.data?.data ?? [];
    for (const hook of all) await api.post("/v1/webhooks/{webhook_id}/replay", { path: { webhook_id: hook.id }, body: { from_seq: parseInt(one.seq, 10) } });
    toast(t.replayed(all.length));
  });
  const none = hooks.data?.data.length === 0;
  return (
    <div class="dev-detail stack-s">
      <Snippet title={t.payload} code={JSON.stringify(one, null, 2)} />
      {doing.failure && <Refused failure={doing.failure} />}
      <div class="row">
        <Button look="second" busy={doing.busy} off={none} onPress={resend}>{t.resend}</Button>
        <Button look="second" busy={doing.busy} off={none} onPress={replay}>{t.replay}</Button>
        <Button look="plain" onPress={() => onObject(one.object_id)}>{t.sameObject}</Button>
      </div>
      {none && <p class="small muted">{t.noReceiver} <a href={devPlaces.webhooks()}>{t.addOne}</a></p>}
      {!hooks.data && !hooks.error && <Loading lines={1} />}
    </div>
  );
}
