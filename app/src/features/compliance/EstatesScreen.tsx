/** Estates of customers who have died; reporting one. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { shortAt } from "../../components/desk/orders";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Panel, Tag } from "../../components/desk/parts";
import { useWords } from "../../components/desk/words";
import { Field } from "../../components/Field";
import { Page } from "../../components/Page";
import { Refused } from "../../components/states";
import type { Column } from "../../components/VirtualTable";
import { formatDayShort } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import { refresh } from "../../lib/store";
import { isReference } from "./forms";
import en from "./messages.en";
import zh from "./messages.zh";

type Estate = Schemas["EstateView"];
const VIEWS = ["reported", "settling", "settled", "withdrawn", "all"] as const;

export function EstatesScreen(): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const query = useQuery();
  const asked = query.get("state");
  const customer = query.get("customer");
  const view = VIEWS.find((one) => one === asked) ?? "all";
  const list = usePages<Estate>("/v1/staff/estates", view === "all" ? {} : { state: view });
  const columns: readonly Column<Estate>[] = [
    { key: "reported", title: t.reported, width: "11rem", cell: (row) => <a class="cell-link" href={consoleLinks.estate(row.id)}>{shortAt(row.reported_at, lang)}</a> },
    { key: "died", title: t.died, width: "9rem", cell: (row) => formatDayShort(row.died_on, lang) },
    { key: "proof", title: t.proof, width: "minmax(9rem, 1fr)", cell: (row) => row.proof },
    { key: "by", title: t.placedBy, width: "minmax(9rem, 1fr)", cell: (row) => row.reported_by },
    { key: "state", title: t.state, width: "9rem", cell: (row) => <Tag tone={row.state === "settled" ? "good" : "warn"}>{t.estateStates[row.state]}</Tag> },
    { key: "ended", title: t.ended, width: "11rem", cell: (row) => (row.ended_at ? shortAt(row.ended_at, lang) : words.nobody) },
  ];
  return (
    <Page title={t.estates} wide>
      <p class="small muted">{t.estatesLead}</p>
      {customer && <Report customer={customer} />}
      <Chips label={t.views} value={view} options={VIEWS.map((value) => ({ value, text: t.estateStates[value] }))} onChange={(value) => setQuery({ state: value })} />
      <PagedTable of={list} label={t.estates} columns={columns} minWidth="56rem" onOpen={(row) => navigate(consoleLinks.estate(row.id))} empty={t.noEstates} />
    </Page>
  );
}

function Report({ customer }: { customer: string }): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const [died, setDied] = useState("");
  const [proof, setProof] = useState("");
  const [isTried, setTried] = useState(false);
  const go = () => {
    setTried(true);
    if (!died || !isReference(proof)) return;
    void doing.run(async () => {
      const told = await api.post("/v1/staff/estates", { body: { customer_id: customer, died_on: died, proof: proof.trim() } });
      refresh("/v1/staff/estates", "/v1/staff/customers");
      navigate(consoleLinks.estate(told.estate.id), { replace: true });
    });
  };
  return (
    <Panel title={t.report}>
      <form class="stack-s" noValidate onSubmit={(event) => (event.preventDefault(), go())}>
        <p class="small muted">{t.reportLead(customer)}</p>
        <Field label={t.died} type="date" value={died} onInput={setDied} error={isTried && !died ? t.untilMissing : undefined} />
        <Field label={t.proof} maxLength={80} value={proof} onInput={setProof} error={isTried && died && !isReference(proof) ? t.proofMissing : undefined} />
        {doing.failure && <Refused failure={doing.failure} />}
        <div class="row"><Button type="submit" look="danger" busy={doing.busy}>{t.report}</Button></div>
      </form>
    </Panel>
  );
}
