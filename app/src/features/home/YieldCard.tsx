/** What the fund earned last, with date and source; leads to the fund's own page. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Per10k, Yield } from "../../components/figures";
import { useSources } from "../../lib/sources";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";
import { useLatestYield } from "./reads";

type Fund = Answer<"/v1/funds", "get">["data"][number];

export function YieldCard({ fund }: { fund: Fund }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const day = useLatestYield(fund.fund);
  const where = day && explain.yields(fund.fund, day.on);
  return (
    <section class="card yield-card">
      <div class="row-apart">
        <h2>{lang === "en" ? fund.name_en : fund.name_zh}</h2>
        <a class="card-link" href={places.product(fund.fund)}>{t.product}</a>
      </div>
      <div class="grid-2">
        <div>
          <p class="small muted">{t.yield}</p>
          <p class="figure-l"><Yield value={day?.yield_7d_e3} explain={where} label={t.yield} /></p>
        </div>
        <div>
          <p class="small muted">{t.per10k}</p>
          <p class="figure-l"><Per10k value={day?.income_per_10k_e5} explain={where} label={t.per10k} /></p>
        </div>
      </div>
      <p class="tiny muted">{day ? `${t.published(formatDay(day.on, lang), inWords(fund.manager))} · ${t.past}` : t.past}</p>
    </section>
  );
}
