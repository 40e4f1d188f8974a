/** One day's close of one fund: fourteen steps, what blocks, run and resume. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { Code, Meter, Panel, Stat, Stats, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Page } from "../../components/Page";
import { Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { addDays, dayOf, formatAt, formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { type Failure, isFailure, NoAnswer } from "../../lib/problem";
import { navigate, type ScreenProps } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { refresh, useGet } from "../../lib/store";
import { Blocking } from "./Blocking";
import en from "./messages.en";
import zh from "./messages.zh";
import { Next, useTurn } from "./Next";
import { Seal } from "./Seal";
import { passed, percentOf, toneOf } from "./steps";
import { Step } from "./Step";

type Day = Schemas["CloseDayAnswer"];

export function DayScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { fund = "", on = "" } = params;
  const day = useGet("/v1/close/{fund}/{on}", { path: { fund, on } });
  const { busy, failure, run, propose } = useRunning(fund, on);
  const staff = useStaff();
  const turn = useTurn(fund, on);
  const mayRun = staff.is("operator") && turn.isNow && mayClose(day.data);
  const actions = (
    <>
      <ButtonLink look="plain" href={consoleLinks.closeDay(fund, addDays(on, -1))}>{t.earlier}</ButtonLink>
      <ButtonLink look="plain" href={consoleLinks.closeDay(fund, addDays(on, 1))}>{t.later}</ButtonLink>
      {mayRun && <Button busy={busy} onPress={() => void run()}>{isBegun(day.data) ? t.resume : t.run}</Button>}
    </>
  );
  return (
    <Page title={t.dayTitle(fund, formatDay(on, lang))} back="/console/" wide actions={actions}>
      {failure && <Refused failure={failure}>{failure instanceof NoAnswer && <p>{t.cutOff}</p>}</Refused>}
      <Shown of={day} lines={14} height="70vh">
        {(data) => (
          <>
            <Head day={data} next={data.state === "done" ? undefined : <Next day={data} turn={turn} />} />
            <Blocking day={data} propose={staff.is("operator") ? () => void propose() : undefined} busy={busy} />
            <Panel title={t.stepsTitle}>
              <ol class="cockpit">{data.cockpit.map((step) => <Step key={step.number} step={step} parts={data.steps} fund={fund} on={on} more={step.step === "seal" ? <Seal day={data} /> : undefined} />)}</ol>
            </Panel>
          </>
        )}
      </Shown>
    </Page>
  );
}

/** A day can be closed once it is over. */
function mayClose(day: Day | undefined): boolean {
  return day !== undefined && day.state !== "done" && dayOf(day.business_time) > day.on;
}

function isBegun(day: Day | undefined): boolean {
  return day?.state === "running" || day?.state === "blocked";
}

interface Running {
  busy: boolean;
  failure: Failure | undefined;
  run: () => Promise<void>;
  propose: () => Promise<void>;
}

/** Starts the close, or goes on where it was cut off; progress comes pushed meanwhile. */
function useRunning(fund: string, on: string): Running {
  const t = useText(zh, en);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const attempt = async (call: () => Promise<void>) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await call();
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
    } finally {
      setBusy(false);
      refresh("/v1/close", "/v1/breaks");
    }
  };
  const run = () => attempt(async () => {
    const { state } = await api.post("/v1/close/{fund}/{on}", { path: { fund, on }, timeoutMs: 600_000 });
    toast(t.ran(word(t.states, state)));
  });
  const propose = () => attempt(async () => {
    const { approval } = await api.post("/v1/close/{fund}/{on}/negative-income", { path: { fund, on } });
    navigate(consoleLinks.approval(approval.id));
  });
  return { busy, failure, run, propose };
}

function Head({ day, next }: { day: Day; next: VNode | undefined }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const { done, all } = passed(day.cockpit);
  const starter = day.steps.find((step) => step.actor)?.actor;
  return (
    <Stats>
      <Stat name={t.state} note={<Meter label={t.progress(day.fund)} percent={percentOf(done, all)} tone={day.state === "blocked" ? "bad" : "brand"} />}>
        <span class="row-apart"><Tag tone={toneOf(day.state)}>{word(t.states, day.state)}</Tag><span class="small muted">{t.step(String(done), String(all))}</span></span>
      </Stat>
      {next ?? <Stat name={t.closedAt}><span class="small">{day.closed_at ? formatAt(day.closed_at, lang) : words.nobody}</span></Stat>}
      <Stat name={t.who}><span class="small">{starter === "system" ? t.system : (starter?.replace(/^staff:/, "") ?? words.nobody)}</span></Stat>
      <Stat name={t.root} note={t.copyRoot}>{day.root ? <Code text={day.root} length={20} /> : <span class="small muted">{t.notSealed}</span>}</Stat>
    </Stats>
  );
}
