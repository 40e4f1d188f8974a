/** When a day's income has to be there: at two in the morning of the day after. */
import { addDays, dayOf, formatClock } from "../../lib/dates";

const PUBLISHED_AT = "02:00";

/** Returns the newest day whose income should be known by now, and since when. */
export function publishedBy(now: string): { on: string; at: string } {
  const today = dayOf(now);
  const shownOn = formatClock(now) >= PUBLISHED_AT ? today : addDays(today, -1);
  return { on: addDays(shownOn, -1), at: `${shownOn}T${PUBLISHED_AT}:00+08:00` };
}
