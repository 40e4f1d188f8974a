/** The inbox of changes that wait for a second person. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Tag, type Tone } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Page } from "../../components/Page";
import type { Column } from "../../components/VirtualTable";
import { between, formatSpan } from "../../lib/dates";
import { businessTime } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { useValue } from "../../lib/state";
import { amountOf } from "./difference";
import en from "./messages.en";
import zh from "./messages.zh";

type Approval = Schemas["ApprovalView"];
const STATES = ["pending", "approved", "refused", "withdrawn", "stale"] as const;

export function stateTone(state: string): Tone {
  return state === "pending" ? "brand" : state === "approved" ? "good" : state === "withdrawn" ? "plain" : "warn";
}

export function ApprovalsScreen(): VNode {
  const t = useText(zh, en);
  const staff = useStaff();
  const asked = useQuery().get("state");
  const state = STATES.find((one) => one === asked) ?? "pending";
  const list = usePages<Approval>("/v1/approvals", { state });
  const columns = useColumns();
  return (
    <Page title={t.title} wide actions={staff.is("operator") && <ButtonLink look="second" href={consoleLinks.propose("policy")}>{t.propose}</ButtonLink>}>
      <Chips label={t.views} value={state} options={STATES.map((value) => ({ value, text: t.states[value] }))} onChange={(value) => setQuery({ state: value })} />
      <PagedTable
        of={list} label={t.title} columns={columns} minWidth="52rem"
        onOpen={(row) => navigate(consoleLinks.approval(row.id))} empty={state === "pending" ? t.noneWaiting : t.none}
      />
    </Page>
  );
}

function useColumns(): readonly Column<Approval>[] {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const staff = useStaff();
  const now = useValue(businessTime);
  const money = (row: Approval) => {
    const fen = amountOf(row);
    return fen === undefined ? <span class="muted">{words.nobody}</span> : <Amount fen={fen} explain={consoleLinks.approval(row.id)} size="s" />;
  };
  return [
    { key: "kind", title: t.what, width: "minmax(10rem, 1.5fr)", cell: (row) => <a class="cell-link" href={consoleLinks.approval(row.id)}>{word(t.kinds, row.kind)}</a> },
    { key: "object", title: t.object, width: "minmax(9rem, 1.5fr)", cell: (row) => <span class="mono">{row.object_id}</span> },
    { key: "amount", title: t.amount, width: "9rem", num: true, cell: money },
    { key: "customers", title: t.customers, width: "7rem", num: true, cell: (row) => row.customer_count ?? <span class="muted">{t.unknownCount}</span> },
    { key: "maker", title: t.maker, width: "minmax(11rem, 1fr)", cell: (row) => <span class={row.maker === staff.actor ? "strong" : undefined}>{row.maker.replace(/^staff:/, "")}</span> },
    { key: "age", title: t.age, width: "8rem", cell: (row) => formatSpan(now ? between(row.proposed_at, row.decided_at ?? now) : 0, lang) },
    { key: "state", title: t.state, width: "7rem", cell: (row) => <Tag tone={stateTone(row.state)}>{word(t.states, row.state)}</Tag> },
  ];
}
