/** Debts of collections that banks took back. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { shortAt } from "../../components/desk/orders";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips } from "../../components/desk/parts";
import { useWords } from "../../components/desk/words";
import { Units } from "../../components/figures";
import { Page } from "../../components/Page";
import type { Column } from "../../components/VirtualTable";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import en from "./messages.en";
import zh from "./messages.zh";

type Debt = Schemas["DebtView"];
const STATES = ["open", "settled"] as const;

export function DebtsScreen(): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const asked = useQuery().get("state");
  const state = STATES.find((one) => one === asked) ?? "open";
  const list = usePages<Debt>("/v1/staff/debts", { state });
  const money = (key: "amount" | "settled" | "pending" | "left", title: string): Column<Debt> => ({
    key, title, width: "minmax(8rem, 1fr)", num: true, cell: (row) => <Amount fen={row[key].amount} explain={consoleLinks.debt(row.order_id)} size="s" />,
  });
  const columns: readonly Column<Debt>[] = [
    { key: "opened", title: t.opened, width: "11rem", cell: (row) => <a class="cell-link" href={consoleLinks.debt(row.order_id)}>{shortAt(row.opened_at, lang)}</a> },
    { key: "fund", title: words.fund, width: "5rem", cell: (row) => row.fund },
    money("amount", t.amount),
    money("settled", t.settled),
    money("pending", t.pending),
    money("left", t.left),
    { key: "frozen", title: t.frozen, width: "9rem", num: true, cell: (row) => <Units units={row.frozen.units} /> },
  ];
  return (
    <Page title={t.debts} wide>
      <p class="small muted">{t.debtsLead}</p>
      <Chips label={t.views} value={state} options={STATES.map((value) => ({ value, text: t.debtStates[value] }))} onChange={(value) => setQuery({ state: value })} />
      <PagedTable of={list} label={t.debts} columns={columns} minWidth="58rem" onOpen={(row) => navigate(consoleLinks.debt(row.order_id))} empty={t.noDebts} />
    </Page>
  );
}
