/** The queue of cases: what was found about customers, oldest first. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { shortAt } from "../../components/desk/orders";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Page } from "../../components/Page";
import type { Column } from "../../components/VirtualTable";
import { formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import en from "./messages.en";
import zh from "./messages.zh";

type Case = Schemas["CaseView"];
const VIEWS = ["all", "open", "in_hand", "proposed", "closed"] as const;

export function CasesScreen(): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const asked = useQuery().get("state");
  const view = VIEWS.find((one) => one === asked) ?? "all";
  const list = usePages<Case>("/v1/staff/cases", view === "all" ? {} : { state: view });
  const columns: readonly Column<Case>[] = [
    { key: "rule", title: t.rule, width: "minmax(10rem, 1.4fr)", cell: (row) => <a class="cell-link" href={consoleLinks.case(row.id)}>{word(t.rules, row.rule)}</a> },
    { key: "on", title: t.foundOn, width: "9rem", cell: (row) => formatDayShort(row.found_on, lang) },
    { key: "opened", title: t.opened, width: "11rem", cell: (row) => shortAt(row.opened_at, lang) },
    { key: "state", title: t.state, width: "minmax(8rem, 1fr)", cell: (row) => <Tag tone={row.state === "closed" ? "good" : "warn"}>{t.states[row.state]}</Tag> },
    { key: "owner", title: t.owner, width: "minmax(8rem, 1fr)", cell: (row) => row.owner ?? words.nobody },
    { key: "verdict", title: t.verdict, width: "minmax(8rem, 1fr)", cell: (row) => (row.verdict ? t.verdicts[row.verdict] : words.nobody) },
  ];
  return (
    <Page title={t.cases} wide>
      <p class="small muted">{t.casesLead}</p>
      <Chips label={t.views} value={view} options={VIEWS.map((value) => ({ value, text: t.states[value] }))} onChange={(value) => setQuery({ state: value })} />
      <PagedTable of={list} label={t.cases} columns={columns} minWidth="58rem" onOpen={(row) => navigate(consoleLinks.case(row.id))} empty={t.noCases} />
    </Page>
  );
}
