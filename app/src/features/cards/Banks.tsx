/** The banks that we work with, and what each allows today. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { List, Row } from "../../components/List";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";
import type { Bank } from "./NumberStep";

/** A sign of our own with the bank's letters; no logos of others. */
export function BankMark({ code }: { code: string }): VNode {
  return <span class="bank-mark" aria-hidden="true">{code.slice(0, 5)}</span>;
}

export function LimitLine({ bank }: { bank: Bank }): VNode | null {
  const t = useText(zh, en);
  const limits = bank.limits.find((one) => one.direction === "collect");
  if (!limits) return null;
  const where = explain.bankLimit(bank.bank);
  return (
    <span class="list-note bank-limits">
      <span>{t.single} <Amount size="s" fen={limits.single_limit.amount} explain={where} label={t.single} /></span>
      <span>{t.day} <Amount size="s" fen={limits.day_limit.amount} explain={where} label={t.day} /></span>
    </span>
  );
}

export function BankList({ banks }: { banks: readonly Bank[] }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  if (banks.length === 0) return null;
  return (
    <details class="bank-list">
      <summary>{t.banks(banks.length)}</summary>
      <p class="tiny muted">{t.limitsSource}</p>
      <List label={t.banks(banks.length)}>
        {banks.map((bank) => (
          <Row key={bank.bank} icon={<BankMark code={bank.bank} />} title={lang === "en" ? bank.name_en : bank.name_zh} note={<LimitLine bank={bank} />} />
        ))}
      </List>
    </details>
  );
}
