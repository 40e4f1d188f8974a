/** The Close Cockpit: what is under way, what falls due next, the days that are closed. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { Code, Panel, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Page } from "../../components/Page";
import { Empty, Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { addDays, dayOf, formatAt, formatClock, formatDay, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { type Failure, isFailure } from "../../lib/problem";
import { useStaff } from "../../lib/staff";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { currentStep, passed, toneOf } from "./steps";

type Close = Schemas["CloseAnswer"];

export function CloseScreen(): VNode {
  const t = useText(zh, en);
  const staff = useStaff();
  const [limit, setLimit] = useState(30);
  const close = useGet("/v1/close", { query: { limit } });
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const runDue = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const { pieces } = await api.post("/v1/close/due", { timeoutMs: 120_000 });
      toast(pieces === 0 ? t.nothingDue : t.worked(String(pieces)));
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
    } finally {
      setBusy(false);
      refresh("/v1/close", "/v1/breaks"); // without an answer too: it may have been carried out
    }
  };
  const action = staff.is("operator") && <Button look="second" busy={busy} onPress={() => void runDue()}>{t.runDue}</Button>;
  return (
    <Page title={t.title} wide actions={action}>
      {failure && <Refused failure={failure} />}
      <Horizon />
      <Shown of={close} lines={12} height="60vh">
        {(data) => (
          <>
            <Panel title={t.openDays}>
              {data.rhythm.filter((work) => work.kind === "close").map((work) => <OpenDay key={work.fund} work={work} />)}
            </Panel>
            <div class="split">
              <Days days={data.days} more={data.days.length >= limit && limit < 500 ? () => setLimit(Math.min(500, limit * 4)) : undefined} />
              <Coming data={data} />
            </div>
          </>
        )}
      </Shown>
    </Page>
  );
}

/** Says so when the trading calendar comes to its end. */
function Horizon(): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const calendar = useGet("/v1/calendar").data;
  if (!calendar?.needs_extension) return null;
  return (
    <div class="alarm alarm-bad" role="alert">
      <p>{t.alarm(formatDay(calendar.last_loaded_on, lang), String(calendar.days_left))}</p>
      <ButtonLink href="/console/calendar" look="second">{t.extend}</ButtonLink>
    </div>
  );
}

/** The first day of a fund that is not closed: where it stands, whom it waits for. */
function OpenDay({ work }: { work: Close["rhythm"][number] }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const on = addDays(work.done_on, 1);
  const day = useGet("/v1/close/{fund}/{on}", { path: { fund: work.fund, on } });
  return (
    <Shown of={day} lines={2} height="6rem">
      {(data) => {
        const { done, all } = passed(data.cockpit);
        const now = currentStep(data.cockpit);
        return (
          <a class="open-day" href={consoleLinks.closeDay(work.fund, on)}>
            <span class="row-apart">
              <span class="strong">{t.dayTitle(work.fund, formatDay(on, lang))}</span>
              <span class="row"><span class="small muted">{t.step(String(done), String(all))}</span><Tag tone={toneOf(data.state)}>{word(t.states, data.state)}</Tag></span>
            </span>
            <span class="strip" role="img" aria-label={`${t.progress(work.fund)}: ${t.step(String(done), String(all))}`}>
              {data.cockpit.map((step) => <span key={step.number} class={step.state} />)}
            </span>
            <span class="small row">
              {now && <span class="strong">{now.number} · {word(t.steps, now.step)}</span>}
              {now?.waits_for && <span>{t.waits(word(words.waitsFor, now.waits_for))}</span>}
              {work.note && <span class="bad">{work.note.split(",").map((one) => word(t.why, one)).join(" · ")}</span>}
              {work.again_at && <span class="muted">{t.again(formatClock(work.again_at), String(work.tries))}</span>}
            </span>
          </a>
        );
      }}
    </Shown>
  );
}

function Days({ days, more }: { days: Close["days"]; more: (() => void) | undefined }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return (
    <Panel title={t.closedDays}>
      {days.length === 0 ? <Empty text={t.none} /> : (
        <TableBox label={t.closedDays}>
          <thead><tr><th scope="col">{t.day}</th><th scope="col">{words.fund}</th><th scope="col">{t.state}</th><th scope="col">{t.root}</th><th scope="col">{t.closedAt}</th></tr></thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.fund + day.on}>
                <th scope="row" class="nowrap"><a class="cell-link" href={consoleLinks.closeDay(day.fund, day.on)}>{formatDay(day.on, lang)}</a></th>
                <td>{day.fund}</td>
                <td class="nowrap"><Tag tone={day.flags.length ? "warn" : "good"}>{day.flags.length ? day.flags.map((flag) => word(t.why, flag)).join(" · ") : t.states.done}</Tag></td>
                <td><Code text={day.root} /></td>
                <td class="nowrap">{formatDayShort(dayOf(day.closed_at), lang)} {formatClock(day.closed_at)}</td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      )}
      {more && <Button look="plain" onPress={more}>{t.more}</Button>}
    </Panel>
  );
}

/** What falls due next, and the daily work with its last day. */
function Coming({ data }: { data: Close }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <div class="stack">
      <Panel title={t.nextDue}>
        <ol class="plain-rows">
          {data.next.map((due) => (
            <li key={due.at + due.kind + due.detail} class="row-apart">
              <span>{word(t.due, due.kind)} <span class="muted">{due.detail}</span></span>
              <span class="small muted">{formatAt(due.at, lang)}</span>
            </li>
          ))}
        </ol>
      </Panel>
      <Panel title={t.rhythm}>
        <ul class="plain-rows">
          {data.rhythm.map((work) => (
            <li key={work.fund + work.kind} class="row-apart">
              <span>{word(t.due, work.kind)} <span class="muted">{work.fund}</span></span>
              <span class="small muted">{t.lastDone} {formatDayShort(work.done_on, lang)}</span>
              {work.again_at && <span class="small warn">{word(t.why, work.note)} · {t.again(formatClock(work.again_at), String(work.tries))}</span>}
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}
