/** What others paid, according to the press; never without date and source. */
import type { VNode } from "preact";
import { Yield } from "../../components/figures";
import { useSources } from "../../lib/sources";
import { addDays, dayOf, formatDay } from "../../lib/dates";
import { businessTime } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import type { FundAnswer } from "./ProductScreen";

const LOOKED_BACK_DAYS = 365;

export function Rivals({ fund }: { fund: FundAnswer["fund"] }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const now = useValue(businessTime);
  const today = now ? dayOf(now) : undefined;
  const rivals = useGet(today ? "/v1/rival-yields" : undefined, { query: today ? { from: addDays(today, -LOOKED_BACK_DAYS), to: addDays(today, 1) } : {} });
  const rows = rivals.data?.data.filter((one) => one.yield_7d_e3 !== null) ?? [];
  if (rows.length === 0) return null;
  return (
    <section class="card stack-s">
      <h2>{t.rivals}</h2>
      <table class="rivals">
        <caption class="hidden-visually">{t.rivals}</caption>
        <thead><tr><th scope="col">{t.rivalName}</th><th scope="col" class="num">{t.rivalYield}</th></tr></thead>
        <tbody>
          {rows.map((one) => (
            <tr key={`${one.name} ${one.quoted_on} ${one.source}`}>
              <th scope="row">
                <span>{one.name === fund.name_en ? t.own(lang === "en" ? fund.name_en : fund.name_zh) : inWords(one.name)}</span>
                <span class="tiny muted">{formatDay(one.quoted_on, lang)}</span>
                <span class="tiny muted">{inWords(one.source)}</span>
              </th>
              <td class="num"><Yield value={one.yield_7d_e3} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="tiny muted"><p>{t.rivalsNote}</p><p>{t.past}</p></div>
    </section>
  );
}
