/** The parts of the total, each with its own explanation. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { List, Row } from "../../components/List";
import { useLang, useText } from "../../lib/i18n";
import { explain } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Holdings = Answer<"/v1/holdings", "get">;
type Holding = Holdings["data"][number];

export function Shelves({ data }: { data: Holdings }): VNode {
  const t = useText(zh, en);
  return (
    <section class="stack-s">
      <h2>{t.shelves}</h2>
      <List label={t.shelves}>
        {data.data.map((one) => <FundRows key={one.fund} holding={one} />)}
        {data.cash.amount !== "0" && <Part title={t.cash} note={t.cashNote} fen={data.cash.amount} href={explain.cash()} />}
        {data.cash_held.amount !== "0" && <Part title={t.cashHeld} note={t.cashHeldNote} fen={data.cash_held.amount} href={explain.cash()} />}
      </List>
    </section>
  );
}

function FundRows({ holding }: { holding: Holding }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const fund = useGet("/v1/funds").data?.data.find((one) => one.fund === holding.fund);
  const name = (lang === "en" ? fund?.name_en : fund?.name_zh) ?? holding.fund;
  const balance = explain.balance(holding.fund);
  const { units: confirmed } = holding.units;
  return (
    <>
      {confirmed !== "0" && <Part title={name} note={t.units} fen={confirmed} href={balance} />}
      {holding.unconfirmed.amount !== "0" && <Part title={`${name} · ${t.unconfirmed}`} note={t.unconfirmedNote} fen={holding.unconfirmed.amount} href={explain.unconfirmed(holding.fund)} />}
      {holding.accrued.amount !== "0" && <Part title={t.accrued} note={t.accruedNote} fen={holding.accrued.amount} href={balance} />}
    </>
  );
}

function Part({ title, note, fen, href }: { title: string; note: string; fen: string; href: string }): VNode {
  return <Row title={title} note={note} href={href} end={<Amount fen={fen} explain="inside" />} />;
}
