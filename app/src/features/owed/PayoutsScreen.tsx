/** Payouts of all customers that could not be sent or were refused. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { shortAt } from "../../components/desk/orders";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Page } from "../../components/Page";
import type { Column } from "../../components/VirtualTable";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import en from "./messages.en";
import zh from "./messages.zh";

type Payout = Schemas["WaitingPayoutView"];
const STATES = ["blocked", "failed"] as const;

export function PayoutsScreen(): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const asked = useQuery().get("state");
  const state = STATES.find((one) => one === asked) ?? "blocked";
  const list = usePages<Payout>("/v1/staff/payouts", { state });
  const columns: readonly Column<Payout>[] = [
    { key: "since", title: t.since, width: "11rem", cell: (row) => <a class="cell-link" href={consoleLinks.order(row.order_id)}>{shortAt(row.created_at, lang)}</a> },
    { key: "kind", title: t.kind, width: "minmax(6rem, 1fr)", cell: (row) => word(words.kinds, row.kind) },
    { key: "amount", title: t.amount, width: "minmax(8rem, 1fr)", num: true, cell: (row) => <Amount fen={row.amount.amount} explain={consoleLinks.order(row.order_id)} size="s" /> },
    { key: "state", title: t.state, width: "6rem", cell: (row) => <Tag tone="bad">{word(t.states, row.state)}</Tag> },
    { key: "reason", title: t.reason, width: "minmax(8rem, 1.4fr)", cell: (row) => word(words.reasons, row.reason) },
    { key: "next", title: t.next, width: "minmax(9rem, 1.4fr)", cell: (row) => word(t.steps, row.next_step) },
    { key: "attempts", title: t.attempts, width: "5rem", num: true, cell: (row) => row.attempts },
  ];
  return (
    <Page title={t.payouts} wide>
      <p class="small muted">{t.payoutsLead}</p>
      <Chips label={t.views} value={state} options={STATES.map((value) => ({ value, text: t.states[value] }))} onChange={(value) => setQuery({ state: value })} />
      <PagedTable of={list} label={t.payouts} columns={columns} minWidth="56rem" onOpen={(row) => navigate(consoleLinks.order(row.order_id))} empty={t.noPayouts} />
    </Page>
  );
}
