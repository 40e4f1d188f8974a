/** The rules in force today, each with the day since when and where it is written. */
import type { ComponentChildren, VNode } from "preact";
import { Amount } from "../../components/Amount";
import { useSources } from "../../lib/sources";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";
import type { FundAnswer } from "./ProductScreen";

export function Rules({ data }: { data: FundAnswer }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const find = (name: string) => data.rules.find((one) => one.rule === name);
  const money = (name: string, field: string) => {
    const fen = find(name)?.value[field];
    return fen ? <Amount fen={fen} explain={explain.rule(data.fund.fund, name)} /> : undefined;
  };
  const hasFee = data.rules.some((one) => one.rule.includes("fee"));
  const count = find("fund.fast_redemption")?.value["max_count"];
  const days = find("fund.redemption_cash")?.value["after_confirmation_days"];
  const sourceOf = (name: string) => {
    const rule = find(name);
    return rule && t.source(formatDay(rule.effective_from, lang), inWords(rule.source));
  };
  const fast = money("fund.fast_redemption", "max_amount_fen");
  return (
    <section class="card">
      <h2>{t.fees}</h2>
      <dl class="rules">
        {!hasFee && <Rule name={t.fee}>{t.noFee}</Rule>}
        <Rule name={t.minimum} source={sourceOf("fund.purchase_minimum")}>{money("fund.purchase_minimum", "amount_fen")}</Rule>
        {fast && <Rule name={t.fast} source={sourceOf("fund.fast_redemption")}>{fast}{count && <span class="small muted"> · {t.fastCount(count)}</span>}</Rule>}
        <Rule name={t.cut} source={sourceOf("fund.cut_off")}>{data.cut_off}</Rule>
        {days && <Rule name={t.cash} source={sourceOf("fund.redemption_cash")}>{t.cashDays(days)}</Rule>}
        <Rule name={t.calendar}>{formatDay(data.calendar_until, lang)}</Rule>
      </dl>
    </section>
  );
}

function Rule({ name, source, children }: { name: string; source?: string | undefined; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}{source && <span class="tiny muted rule-source">{source}</span>}</dd>
    </div>
  );
}
