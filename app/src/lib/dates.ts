/** Dates as people read them; Beijing time throughout, whatever the clock of the device says. */
import type { Lang } from "./settings";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BEIJING_MS = 8 * HOUR_MS; // no summer time since 1992
const WEEKDAYS_ZH = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"] as const;
const WEEKDAYS_EN = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const MONTHS_EN_LONG = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"] as const;

interface Parts {
  year: number;
  month: number;
  day: number;
  weekday: number;
  clock: string;
  clockFull: string;
}

/** Returns the Beijing day of an instant, `2015-05-11`. */
export function dayOf(at: string): string {
  return new Date(instant(at) + BEIJING_MS).toISOString().slice(0, 10);
}

/** Returns `2015年5月11日 周一` or `Mon, 11 May 2015`. */
export function formatDay(on: string, lang: Lang): string {
  const p = parts(`${on}T00:00:00+08:00`);
  return lang === "zh-CN"
    ? `${p.year}年${p.month}月${p.day}日 ${WEEKDAYS_ZH[p.weekday]}`
    : `${WEEKDAYS_EN[p.weekday]}, ${p.day} ${MONTHS_EN[p.month - 1]} ${p.year}`;
}

/** Returns `2015年5月11日` or `11 May 2015`, for columns of dates. */
export function formatDate(on: string, lang: Lang): string {
  const p = parts(`${on}T00:00:00+08:00`);
  return lang === "zh-CN" ? `${p.year}年${p.month}月${p.day}日` : `${p.day} ${MONTHS_EN[p.month - 1]} ${p.year}`;
}

/** Returns `周五 5月15日` or `Fri 15 May`, for sentences where the year is plain. */
export function formatDayShort(on: string, lang: Lang): string {
  const p = parts(`${on}T00:00:00+08:00`);
  return lang === "zh-CN"
    ? `${WEEKDAYS_ZH[p.weekday]} ${p.month}月${p.day}日`
    : `${WEEKDAYS_EN[p.weekday]} ${p.day} ${MONTHS_EN[p.month - 1]}`;
}

/** Returns `5月15日` or `15 May`, for axes and cells of calendars. */
export function formatDayTiny(on: string, lang: Lang): string {
  const p = parts(`${on}T00:00:00+08:00`);
  return lang === "zh-CN" ? `${p.month}月${p.day}日` : `${p.day} ${MONTHS_EN[p.month - 1]}`;
}

/** Returns `2015年5月11日 周一 14:59` or `Mon, 11 May 2015, 14:59`. */
export function formatAt(at: string, lang: Lang): string {
  const comma = lang === "zh-CN" ? "" : ",";
  return `${formatDay(dayOf(at), lang)}${comma} ${parts(at).clock}`;
}

/** Returns `14:59`. */
export function formatClock(at: string): string {
  return parts(at).clock;
}

/** Returns `14:59:07`, where operators need the second. */
export function formatClockFull(at: string): string {
  return parts(at).clockFull;
}

/** Returns `2015年5月` or `May 2015` for a month like `2015-05`. */
export function formatMonth(month: string, lang: Lang): string {
  const p = parts(`${month}-01T00:00:00+08:00`);
  return lang === "zh-CN" ? `${p.year}年${p.month}月` : `${MONTHS_EN_LONG[p.month - 1]} ${p.year}`;
}

/** Returns `2 小时 10 分` or `2 h 10 min`; below a minute the seconds. */
export function formatSpan(ms: number, lang: Lang): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const zh = lang === "zh-CN";
  if (seconds < 60) return zh ? `${seconds} 秒` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const words: string[] = [];
  if (days) words.push(zh ? `${days} 天` : `${days} d`);
  if (hours) words.push(zh ? `${hours} 小时` : `${hours} h`);
  if (rest && !days) words.push(zh ? `${rest} 分` : `${rest} min`);
  return words.join(" ");
}

/** Returns the milliseconds from one instant to another. */
export function between(from: string, to: string): number {
  return instant(to) - instant(from);
}

export function addDays(on: string, days: number): string {
  return new Date(instant(`${on}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Returns the month before or after, `2015-12` + 1 = `2016-01`. */
export function addMonths(month: string, months: number): string {
  const p = parts(`${month}-01T00:00:00+08:00`);
  const count = p.year * 12 + (p.month - 1) + months;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, "0")}`;
}

/** Returns the weeks of a month, Monday first, days of other months as undefined. */
export function weeksOf(month: string): (string | undefined)[][] {
  const first = `${month}-01`;
  const lead = (parts(`${first}T00:00:00+08:00`).weekday + 6) % 7;
  const cells: (string | undefined)[] = Array.from({ length: lead }, () => undefined);
  for (let on = first; on.startsWith(month); on = addDays(on, 1)) cells.push(on);
  while (cells.length % 7) cells.push(undefined);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

export function weekdaysFromMonday(lang: Lang): readonly string[] {
  const names = lang === "zh-CN" ? WEEKDAYS_ZH.map((name) => name.slice(1)) : WEEKDAYS_EN;
  return [...names.slice(1), names[0] ?? ""];
}

function instant(at: string): number {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${at}`);
  return ms;
}

function parts(at: string): Parts {
  const shifted = new Date(instant(at) + BEIJING_MS);
  const clockFull = shifted.toISOString().slice(11, 19);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    clock: clockFull.slice(0, 5),
    clockFull,
  };
}
