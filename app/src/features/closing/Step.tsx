/** One of the fourteen steps: state, rows, time left, and the parts behind it. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Code, Meter, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { formatAt, formatClockFull, formatSpan } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";
import { partsOf, percentOf, toneOf } from "./steps";
import { Ways } from "./Ways";

type Cockpit = Schemas["CockpitView"];
type Part = Schemas["StepView"];

interface Props {
  step: Cockpit;
  parts: readonly Part[];
  fund: string;
  on: string;
  /** What else this step has to say. */
  more?: VNode | undefined;
}

export function Step({ step, parts, fund, on, more }: Props): VNode {
  const t = useText(zh, en);
  const own = partsOf(step.step, parts);
  const isNow = step.state === "blocked" || step.state === "running";
  return (
    <li class={step.state} aria-current={isNow ? "step" : undefined}>
      <details open={isNow}>
        <summary>
          <span class="step-no">{step.number}</span>
          <span class="strong">{word(t.steps, step.step)}</span>
          <span><Tag tone={toneOf(step.state)}>{word(t.states, step.state)}</Tag></span>
          <span class="wide-only small"><Rows step={step} parts={own} /></span>
          <span class="wide-only small muted"><Waiting step={step} parts={own} /></span>
        </summary>
        <div class="parts"><Ways step={step.step} fund={fund} on={on} />{more}{own.length > 0 && <Parts parts={own} />}</div>
      </details>
    </li>
  );
}

function Rows({ step, parts }: { step: Cockpit; parts: readonly Part[] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const percent = percentOf(step.done_count, step.total_count);
  const left = parts.map((part) => part.left_ms).find((ms) => ms !== null && ms !== undefined);
  if (step.total_count === 0) return <span class="muted">{step.state === "done" ? t.noRows : ""}</span>;
  return (
    <span class="stack-s">
      <span>{t.rows(String(step.done_count), String(step.total_count), String(percent))}{left !== undefined && left !== null && step.state === "running" && <> · {t.left(formatSpan(left, lang))}</>}</span>
      {step.state === "running" && <Meter label={word(t.steps, step.step)} percent={percent} />}
    </span>
  );
}

/** Whom a step waits for, and since when or until when. */
function Waiting({ step, parts }: { step: Cockpit; parts: readonly Part[] }): VNode | null {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const expected = parts[0]?.expected_at;
  if (!step.waits_for) return null;
  const note = parts.find((part) => part.note)?.note;
  return (
    <span>
      {t.waits(word(words.waitsFor, step.waits_for))}
      {expected && <> · {t.since(formatAt(expected, lang))}</>}
      {note && <span class="bad"> · {note.split(",").map((one) => word(t.why, one)).join(" · ")}</span>}
    </span>
  );
}

function Parts({ parts }: { parts: readonly Part[] }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const clock = (at: string | null) => (at ? formatClockFull(at) : words.nobody);
  return (
    <TableBox label={t.part}>
      <thead><tr>{[t.part, t.state, t.started, t.finished, t.took, t.who, t.artefact, t.note].map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
      <tbody>
        {parts.map((part) => (
          <tr key={part.step}>
            <th scope="row" class="nowrap">{word(t.parts, part.step)}</th>
            <td><Tag tone={toneOf(part.state)}>{word(t.states, part.state)}</Tag></td>
            <td>{clock(part.started_at)}</td>
            <td>{clock(part.finished_at)}</td>
            <td class="nowrap">{part.took_ms < 1000 ? `${part.took_ms} ms` : formatSpan(part.took_ms, lang)}</td>
            <td>{part.actor || words.nobody}</td>
            <td>{part.artefact ? <Code text={part.artefact} /> : words.nobody}</td>
            <td>{part.note ? part.note.split(",").map((one) => word(t.why, one)).join(" · ") : words.nobody}</td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}
