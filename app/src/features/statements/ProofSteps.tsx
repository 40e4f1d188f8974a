/** What the browser found in a proof: ✓ or ✗, whose balance it is, and each step in words. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { Units } from "../../components/figures";
import { CheckIcon, CrossIcon } from "../../components/icons";
import { Fact, Facts } from "../../components/List";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { type Checked, holds, type Proof, STEPS } from "../../lib/proof";
import en from "./messages.en";
import zh from "./messages.zh";

export function Found({ checked, ms }: { checked: Checked; ms: number }): VNode {
  const t = useText(zh, en);
  const good = holds(checked);
  const { proof, steps } = checked;
  const isWhole = STEPS.every((name) => !(name in steps) || steps[name] !== undefined || name === "day");
  return (
    <section class="stack">
      <div class={`verdict ${good ? "verdict-good" : "verdict-bad"}`} role="status" data-verdict={good ? "agrees" : "differs"}>
        <span class="verdict-mark" aria-hidden="true">{good ? <CheckIcon /> : <CrossIcon />}</span>
        <div class="stack-s">
          <p class="strong">{good ? (isWhole ? t.holds : t.holdsPartly) : t.fails}</p>
          <p class="small">{good ? t.holdsNote(String(Math.max(1, Math.round(ms)))) : t.failsNote}</p>
        </div>
      </div>
      {good && proof && <Holding proof={proof} />}
      <ol class="stack-s proof-steps">
        {STEPS.filter((name) => name in steps && (name !== "day" || steps.day !== undefined)).map((name) => {
          const ok = steps[name];
          return (
            <li key={name} data-step={name} data-ok={ok === undefined ? "unknown" : String(ok)}>
              <span class="strong">{ok === undefined ? t.marks.unknown : ok ? t.marks.good : t.marks.bad} {t.stepNames[name]}</span>
              <span class="small muted">{t.stepNotes[name]}</span>
            </li>
          );
        })}
      </ol>
      {proof && <p class="tiny muted">{t.rootIs} <span class="mono">{proof.root}</span></p>}
    </section>
  );
}

function Holding({ proof }: { proof: Proof }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <Facts>
      <Fact name={t.ofDay}>{formatDay(proof.on, lang)}</Fact>
      <Fact name={t.yourUnits}><Units units={proof.units} /></Fact>
      <Fact name={t.yourIncome}><Amount fen={proof.incomeFen} sign="always" explain={explain.income(proof.fund, proof.on)} /></Fact>
      <Fact name={t.holders}>{proof.holders}</Fact>
    </Facts>
  );
}
