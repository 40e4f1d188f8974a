/** A month as a grid of days; each day is a link, a mark tells what kind of day it was. */
import type { VNode } from "preact";
import { addMonths, formatDay, formatMonth, weekdaysFromMonday, weeksOf } from "../lib/dates";
import { useLang } from "../lib/i18n";
import { IconButton } from "./Button";
import { BackIcon, NextIcon } from "./icons";
import { useKitText } from "./text";

export interface DayMark {
  tone: "gain" | "loss" | "neutral" | "missing";
  /** 1 to 4: how much, as the height of the mark. */
  level?: 1 | 2 | 3 | 4;
  href?: string;
  /** What screen readers hear after the date; the amount is hidden here too when amounts are. */
  label: string;
}

interface Props {
  /** `2015-05` */
  month: string;
  onMonth: (month: string) => void;
  first?: string;
  last?: string;
  mark: (on: string) => DayMark | undefined;
  today?: string | undefined;
}

export function Calendar({ month, onMonth, first, last, mark, today }: Props): VNode {
  const t = useKitText();
  const lang = useLang();
  const name = formatMonth(month, lang);
  return (
    <div class="calendar">
      <div class="calendar-head">
        {first !== undefined && month <= first ? <span class="icon-gap" /> : (
          <IconButton label={t.previousMonth} onPress={() => onMonth(addMonths(month, -1))}><BackIcon /></IconButton>
        )}
        <h2 aria-live="polite">{name}</h2>
        {last !== undefined && month >= last ? <span class="icon-gap" /> : (
          <IconButton label={t.nextMonth} onPress={() => onMonth(addMonths(month, 1))}><NextIcon /></IconButton>
        )}
      </div>
      <table>
        <caption class="hidden-visually">{name}</caption>
        <thead><tr>{weekdaysFromMonday(lang).map((day) => <th key={day} scope="col">{day}</th>)}</tr></thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week.find(Boolean)}>
              {week.map((on, i) => <td key={on ?? i}>{on && <Day on={on} mark={mark(on)} isToday={on === today} />}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Day({ on, mark, isToday }: { on: string; mark: DayMark | undefined; isToday: boolean }): VNode {
  const lang = useLang();
  const day = String(parseInt(on.slice(8), 10));
  const current = isToday ? "date" : undefined;
  if (!mark) return <span class="day" aria-current={current}>{day}</span>;
  const classes = `day day-${mark.tone} level-${mark.level ?? 1}`;
  const inner = <><span>{day}</span><span class="day-mark" aria-hidden="true" /></>;
  const label = `${formatDay(on, lang)} ${mark.label}`;
  if (mark.href) return <a class={classes} href={mark.href} aria-label={label} aria-current={current}>{inner}</a>;
  return <span class={classes} aria-current={current}>{inner}<span class="hidden-visually">{mark.label}</span></span>;
}
