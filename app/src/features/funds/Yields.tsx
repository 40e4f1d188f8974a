/** What the fund paid: the newest figures, and a chart of 7 days, 30 days or a year. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Answer } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Per10k, Yield } from "../../components/figures";
import { useSources } from "../../lib/sources";
import { Empty, Shown } from "../../components/states";
import { Tabs } from "../../components/Tabs";
import { addDays, dayOf, formatDay, formatDayTiny } from "../../lib/dates";
import { businessTime } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { formatPer10k, formatYield, whole } from "../../lib/money";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Day = Answer<"/v1/funds/{fund}/yields", "get">["data"][number];
type Period = "week" | "month" | "year";
type Measure = "yield" | "per10k";
const DAYS: Record<Period, number> = { week: 7, month: 30, year: 365 };

export function Yields({ fund, manager }: { fund: string; manager: string }): VNode {
  const now = useValue(businessTime);
  const today = now ? dayOf(now) : undefined;
  const all = useGet(today ? "/v1/funds/{fund}/yields" : undefined, {
    path: { fund },
    query: today ? { from: addDays(today, -DAYS.year - 1), to: addDays(today, 1) } : {},
  });
  return <section class="card product-yields"><Shown of={all} lines={8} height="27rem">{({ data }) => <Figures fund={fund} manager={manager} days={data} />}</Shown></section>;
}

function Figures({ fund, manager, days }: { fund: string; manager: string; days: readonly Day[] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const last = days.at(-1);
  if (!last) return <Empty text={t.noYields} />;
  const where = explain.yields(fund, last.on);
  return (
    <>
      <div class="grid-2">
        <div>
          <p class="small muted">{t.yield}</p>
          <p class="figure-l product-yield"><Yield value={last.yield_7d_e3} explain={where} label={t.yield} /></p>
        </div>
        <div>
          <p class="small muted">{t.per10k}</p>
          <p class="figure-l"><Per10k value={last.income_per_10k_e5} explain={where} label={t.per10k} /></p>
        </div>
      </div>
      <p class="tiny muted">{t.published(formatDay(last.on, lang))} · {inWords(manager)} · {t.past}</p>
      <Curves days={days} last={last.on} />
    </>
  );
}

function Curves({ days, last }: { days: readonly Day[]; last: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const [period, setPeriod] = useState<Period>("month");
  const [measure, setMeasure] = useState<Measure>("yield");
  const from = addDays(last, 1 - DAYS[period]);
  const shown = days.filter((day) => day.on >= from);
  const points = shown.map((day) => ({ name: nameOf(day.on, period, lang), value: valueOf(day, measure) }));
  const title = measure === "yield" ? t.yield : t.per10k;
  return (
    <div class="stack-s">
      <Tabs label={t.measure} value={measure} onChange={setMeasure} tabs={[{ value: "yield", text: t.yieldTab }, { value: "per10k", text: t.per10kTab }]}>
        <Tabs label={t.period} value={period} onChange={setPeriod} tabs={[{ value: "week", text: t.week }, { value: "month", text: t.month }, { value: "year", text: t.year }]}>
          <Chart kind="line" title={title} points={points} format={measure === "yield" ? formatYield : formatPer10k} nameHeading={t.day} valueHeading={title} />
          {shown[0] && shown[0].on > from && <p class="tiny muted">{t.sinceOnly(formatDay(shown[0].on, lang))}</p>}
        </Tabs>
      </Tabs>
    </div>
  );
}

function nameOf(on: string, period: Period, lang: "zh-CN" | "en"): string {
  return period === "year" ? formatDay(on, lang) : formatDayTiny(on, lang);
}

function valueOf(day: Day, measure: Measure): bigint | undefined {
  if (measure === "per10k") return whole(day.income_per_10k_e5);
  return day.yield_7d_e3 === null ? undefined : whole(day.yield_7d_e3);
}
