/** What an order placed now would mean, by the rule engine's own dates. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Timeline } from "../../components/Timeline";
import { formatDay, formatDayShort, formatDayTiny } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";

export type Dates = Answer<"/v1/funds/{fund}/dates", "get">;

export function EarnsFrom({ dates, cutOff }: { dates: Dates; cutOff: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const day = (on: string | null) => <p class="small muted">{on && formatDay(on, lang)}</p>;
  const { t_day: tDay, confirmed_on: confirmed, earns_from: earns, visible_on: visible } = dates;
  return (
    <section class="card stack" data-earns-from={earns ?? undefined} data-t-day={tDay} data-confirmed-on={confirmed} data-visible-on={visible ?? undefined}>
      <h2>{t.timeline}</h2>
      {earns && visible && <p class="strong">{t.sentence(formatDayShort(tDay, lang), formatDayShort(earns, lang), formatDayTiny(visible, lang))}</p>}
      {dates.warning && (
        <div class="notice notice-warn" role="status">
          <p class="small">{t.longWait(dates.waiting_days)}</p>
          {dates.holidays.length > 0 && <p class="small">{t.holidays(dates.holidays.map((on) => formatDayTiny(on, lang)).join(lang === "en" ? ", " : "、"))}</p>}
        </div>
      )}
      <Timeline
        label={t.timeline}
        steps={[
          { key: "placed", title: t.placed, state: "now" },
          { key: "accepted", title: t.accepted, state: "later", note: <>{day(tDay)}<p class="tiny muted">{t.cutOff(cutOff)}</p></> },
          { key: "confirmed", title: t.confirmed, state: "later", note: day(confirmed) },
          { key: "earns", title: t.earns, state: "later", note: day(earns) },
          { key: "visible", title: t.visible, state: "later", note: day(visible) },
        ]}
      />
    </section>
  );
}
