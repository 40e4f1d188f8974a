/** The rule in words and numbers, step by step; every figure is worked out here. */
import type { ComponentChildren, VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Units } from "../../components/figures";
import { recompute } from "../../lib/explain";
import { useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { formatPer10kFull, formatUnits, whole } from "../../lib/money";
import { amountsHidden } from "../../lib/settings";
import { useValue } from "../../lib/state";
import { fractionText, fenText } from "./figures";
import en from "./messages.en";
import zh from "./messages.zh";

type Day = Answer<"/v1/holdings/{fund}/days/{on}", "get">;

export function Formula({ day }: { day: Day }): VNode {
  const t = useText(zh, en);
  const own = safely(day);
  return (
    <section class="stack-s">
      <h2>{t.words}</h2>
      <ol class="formula">
        <li>
          <h3>{t.income.units}</h3>
          <Line name={t.income.opening}><Units units={day.opening_units.units} /></Line>
          {day.changes.map((change) => (
            <Line key={change.event_id} name={t.income.change} href={change.order_id ? explain.order(change.order_id) : undefined}>
              <Units units={change.units.units} sign="always" />
            </Line>
          ))}
          <Line name={t.income.earning} strong><Units units={day.earning_units.units} /></Line>
        </li>
        <Rate day={day} />
        {own && <Steps day={day} own={own} />}
      </ol>
    </section>
  );
}

function Rate({ day }: { day: Day }): VNode {
  const t = useText(zh, en);
  if (day.rule.mode !== "rate")
    return (
      <li>
        <h3>{t.income.ratio}</h3>
        <Line name={t.income.ratioNote} strong>{fenText(day.rule.numerator)} ÷ {formatUnits(day.rule.denominator)}</Line>
      </li>
    );
  return (
    <li>
      <h3>{t.income.rate}</h3>
      <Line name={t.income.published} href={explain.yields(day.fund, day.on)} strong>{formatPer10kFull(day.income_per_10k_e5)} {t.income.rateUnit}</Line>
    </li>
  );
}

type Own = ReturnType<typeof recompute>;

function Steps({ day, own }: { day: Day; own: Own }): VNode {
  const t = useText(zh, en);
  const hidden = useValue(amountsHidden);
  const by = whole(day.rule.denominator);
  const dots = (text: string) => (hidden ? "••••" : text);
  const theta = dots(fractionText(whole(day.rule.theta), by));
  const odd = !own.plusOneFen ? t.income.oddNo(theta) : own.remainder > whole(day.rule.theta) ? t.income.oddYes(theta) : t.income.oddTie(day.rule.tie_account);
  return (
    <>
      <li>
        <h3>{t.income.multiply}</h3>
        <p class="small muted">{day.rule.mode === "rate" ? t.income.multiplyNote : t.income.ratioNote}</p>
        <p class="formula-sum">{dots(`${formatUnits(day.earning_units.units)} × ${rateText(day)} ÷ ${divisorText(day)}`)}</p>
        <p class="strong end">{dots(t.income.inFen(fractionText(own.product, by)))}</p>
      </li>
      <li>
        <h3>{t.income.floor}</h3>
        <Line name={t.income.floor.replace(/^\S+?[、.]\s*/, "")} strong>{dots(t.income.inFen(own.floorFen.toString()))}</Line>
        <Line name={t.income.remainder}>{dots(fractionText(own.remainder, by))}</Line>
      </li>
      <li>
        <h3>{t.income.odd}</h3>
        <p class="small muted">{odd}</p>
        <Line name={t.income.result} strong>
          <Amount fen={own.incomeFen} sign="always" explain={explain.income(day.fund, day.on)} label={t.income.result} />
        </Line>
      </li>
    </>
  );
}

function rateText(day: Day): string {
  return day.rule.mode === "rate" ? formatPer10kFull(day.rule.numerator) : fenText(day.rule.numerator);
}

function divisorText(day: Day): string {
  return day.rule.mode === "rate" ? "10,000" : formatUnits(day.rule.denominator);
}

function safely(day: Day): Own | undefined {
  try {
    return recompute(day.rule);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function Line({ name, href, strong, children }: { name: string; href?: string | undefined; strong?: boolean; children: ComponentChildren }): VNode {
  return (
    <p class={`formula-line${strong ? " strong" : ""}`}>
      {href ? <a href={href}>{name}</a> : <span class="muted">{name}</span>}
      <span class="end">{children}</span>
    </p>
  );
}
