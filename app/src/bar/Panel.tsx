/** What opens under the bar: moving on, what comes next, branches. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../components/Button";
import { Field } from "../components/Field";
import { CloseIcon } from "../components/icons";
import { Loading, Refused } from "../components/states";
import { addDays, dayOf, formatAt, formatClock, formatDay, formatDayShort } from "../lib/dates";
import { businessTime } from "../lib/http";
import { useLang, useText } from "../lib/i18n";
import { consoleLinks } from "../lib/links";
import { type Failure, NoAnswer, Problem } from "../lib/problem";
import { useValue } from "../lib/state";
import { Branches } from "./Branches";
import { clock, type Clock, journey, type Move } from "./machine";
import { useProgress } from "./TimeBar";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  go: (how: Move) => void;
  failure: Failure | undefined;
  onClose: () => void;
}

export function Panel({ go, failure, onClose }: Props): VNode {
  const t = useText(zh, en);
  const heading = useRef<HTMLHeadingElement>(null);
  const told = useValue(clock);
  const trip = useValue(journey);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section id="time-panel" class="bar-panel" aria-labelledby="time-title">
      <div class="bar-inner">
        <header class="row-apart">
          <h2 id="time-title" tabIndex={-1} ref={heading}>{t.title}</h2>
          <IconButton label={t.close} onPress={onClose}><CloseIcon /></IconButton>
        </header>
        {told ? <Standing told={told} busy={trip !== undefined} go={go} /> : !failure && <Loading lines={3} height="8rem" />}
        {failure && (
          <Refused failure={failure}>
            {failure instanceof NoAnswer && <p class="small">{t.goesOn}</p>}
            {failure instanceof Problem && failure.code === "calendar.beyond_horizon" && <p class="small">{t.horizon}</p>}
          </Refused>
        )}
        <div class="bar-parts">
          <Moves go={go} busy={trip !== undefined} />
          {told && <Coming told={told} />}
          <Branches busy={trip !== undefined} />
        </div>
      </div>
    </section>
  );
}

function Standing({ told, busy, go }: { told: Clock; busy: boolean; go: (how: Move) => void }): VNode {
  const t = useText(zh, en);
  const progress = useProgress();
  if (busy) return <p class="bar-note" role="status"><span class="spinner" aria-hidden="true" /> {progress.text || t.moving}</p>;
  if (told.state === "failed")
    return (
      <div class="row bar-note bar-bad" role="alert">
        <span class="grow">{t.failed(told.stopped_by)}</span>
        <Button onPress={() => go({ kind: "resume" })}>{t.resume}</Button>
      </div>
    );
  if (told.state === "stopped_at_event") return <Stopped by={told.stopped_by} />;
  return <p class="small muted">{t.why}</p>;
}

/** A close that was blocked stops the clock; its cockpit says why. */
function Stopped({ by }: { by: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const [, fund = "", on = ""] = /^(\w+) (\d{4}-\d\d-\d\d) /.exec(by) ?? [];
  if (!on) return <p class="bar-note" role="status">{t.stopped(by)}</p>;
  return (
    <p class="bar-note row-apart" role="status">
      <span>{t.stopped(t.closeOf(fund, formatDay(on, lang)))} <code class="small" lang="en">{by.slice(by.indexOf(on) + on.length + 1)}</code></span>
      <a href={consoleLinks.closeDay(fund, on)}>{t.openDay}</a>
    </p>
  );
}

function Moves({ go, busy }: { go: (how: Move) => void; busy: boolean }): VNode {
  const t = useText(zh, en);
  const at = useValue(businessTime);
  const [on, setOn] = useState("");
  const [clockTime, setClockTime] = useState("09:00");
  const [count, setCount] = useState("5");
  const [wrong, setWrong] = useState<"date" | "count">();
  const toDate = () => {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(on) && /^\d\d:\d\d$/.test(clockTime);
    setWrong(isDay ? undefined : "date");
    if (isDay) go({ kind: "to", at: `${on}T${clockTime}:00+08:00` });
  };
  const closes = () => {
    const many = /^[1-9]\d{0,2}$/.test(count.trim()) ? parseInt(count, 10) : 0;
    setWrong(many >= 1 && many <= 400 ? undefined : "count");
    if (many >= 1 && many <= 400) go({ kind: "closes", count: many });
  };
  return (
    <section class="stack-s" aria-labelledby="time-move">
      <h3 id="time-move">{t.move}</h3>
      <div class="bar-moves">
        <Button off={busy} onPress={() => go({ kind: "days", count: 1 })}>{t.day}</Button>
        <Button look="second" off={busy} onPress={() => go({ kind: "next" })}>{t.nextEvent}</Button>
        <Button look="second" off={busy} onPress={() => go({ kind: "months", count: 1 })}>{t.month}</Button>
      </div>
      <form class="bar-form" noValidate onSubmit={(event) => (event.preventDefault(), busy || toDate())}>
        <Field label={t.to} type="date" value={on || (at ? addDays(dayOf(at), 7) : "")} onInput={setOn} error={wrong === "date" ? t.wrongDate : undefined} />
        <Field label={t.time} value={clockTime} maxLength={5} onInput={setClockTime} />
        <Button type="submit" look="second" off={busy}>{t.goTo}</Button>
      </form>
      <form class="bar-form" noValidate onSubmit={(event) => (event.preventDefault(), busy || closes())}>
        <Field label={t.closes} value={count} inputMode="numeric" maxLength={3} onInput={setCount} error={wrong === "count" ? t.wrongCount : undefined} />
        <Button type="submit" look="second" off={busy}>{t.runCloses}</Button>
      </form>
    </section>
  );
}

function Coming({ told }: { told: Clock }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const kinds: Partial<Record<string, string>> = t.kinds;
  return (
    <section class="stack-s" aria-labelledby="time-next">
      <h3 id="time-next">{t.coming}</h3>
      {told.next.length === 0 && <p class="small muted">{t.nothing}</p>}
      <ol class="bar-due">
        {told.next.slice(0, 5).map((due) => (
          <li key={`${due.at}${due.kind}${due.detail}`}>
            <time dateTime={due.at} title={formatAt(due.at, lang)}><span class="strong">{formatClock(due.at)}</span><span class="muted small">{formatDayShort(dayOf(due.at), lang)}</span></time>
            <span>{kinds[due.kind] ?? due.kind}{due.detail && <span class="muted small"> {due.detail}</span>}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
