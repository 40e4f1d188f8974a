/** Orders of courts and authorities: what is in force, placing one, proposing to lift one. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { PagedTable } from "../../components/desk/PagedTable";
import { Chips, Panel, Tag } from "../../components/desk/parts";
import { useWords } from "../../components/desk/words";
import { Field, Select } from "../../components/Field";
import { Page } from "../../components/Page";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import type { Column } from "../../components/VirtualTable";
import { formatDay } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { parseYuan, wireFen } from "../../lib/money";
import { usePages } from "../../lib/pages";
import { setQuery, useQuery } from "../../lib/router";
import { refresh } from "../../lib/store";
import { isReference } from "./forms";
import en from "./messages.en";
import zh from "./messages.zh";

type Order = Schemas["LegalOrderView"];
type Scope = Order["scope"];
const VIEWS = ["in_force", "lifted", "expired", "all"] as const;
const FUND = "990001";

export function LegalOrdersScreen(): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const query = useQuery();
  const asked = query.get("state");
  const customer = query.get("customer");
  const view = VIEWS.find((one) => one === asked) ?? "in_force";
  const list = usePages<Order>("/v1/staff/legal-orders", view === "all" ? {} : { state: view });
  const [lifting, setLifting] = useState<Order>();
  const columns: readonly Column<Order>[] = [
    { key: "reference", title: t.reference, width: "minmax(9rem, 1fr)", cell: (row) => row.reference },
    { key: "authority", title: t.authority, width: "minmax(11rem, 1.4fr)", cell: (row) => row.authority },
    { key: "customer", title: t.customer, width: "9rem", cell: (row) => (row.customer_id ? <a class="cell-link" href={consoleLinks.customer(row.customer_id)}>{t.openCustomer}</a> : words.nobody) },
    { key: "scope", title: t.scope, width: "minmax(10rem, 1.2fr)", cell: (row) => (row.amount && row.customer_id ? <Amount fen={row.amount.amount} explain={consoleLinks.customer(row.customer_id)} size="s" /> : t.scopes[row.scope]) },
    { key: "until", title: t.until, width: "11rem", cell: (row) => formatDay(row.until_on, lang) },
    { key: "state", title: t.state, width: "8rem", cell: (row) => <Tag tone={row.state === "in_force" ? "warn" : "plain"}>{t.legalStates[row.state]}</Tag> },
    { key: "lift", title: t.lift, width: "9rem", cell: (row) => (row.state === "in_force" ? <Button look="plain" onPress={() => setLifting(row)}>{t.lift}</Button> : words.nobody) },
  ];
  return (
    <Page title={t.legalOrders} wide>
      <p class="small muted">{t.legalLead}</p>
      {customer && <Place customer={customer} />}
      <Chips label={t.views} value={view} options={VIEWS.map((value) => ({ value, text: t.legalStates[value] }))} onChange={(value) => setQuery({ state: value })} />
      <PagedTable of={list} label={t.legalOrders} columns={columns} minWidth="66rem" empty={t.noLegal} />
      {lifting && <Lift order={lifting} close={() => setLifting(undefined)} />}
    </Page>
  );
}

function Place({ customer }: { customer: string }): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const [scope, setScope] = useState<Scope>("account");
  const [said, setSaid] = useState({ authority: "", reference: "", until: "", amount: "" });
  const [isTried, setTried] = useState(false);
  const set = (name: keyof typeof said) => (text: string) => setSaid({ ...said, [name]: text });
  const fen = parseYuan(said.amount);
  const isAmount = scope === "amount";
  // The first that is wrong is told, and takes the focus.
  const wrong = !said.authority.trim() ? "authority" : !isReference(said.reference) ? "reference" : isAmount && !fen ? "amount" : said.until ? undefined : "until";
  const go = () => {
    setTried(true);
    if (wrong) return;
    void doing.run(async () => {
      const what = isAmount && fen !== undefined ? { fund: FUND, amount: wireFen(fen) } : {};
      await api.post("/v1/staff/legal-orders", { body: { customer_id: customer, authority: said.authority.trim(), reference: said.reference.trim(), scope, until_on: said.until, ...what } });
      toast(t.done);
      setQuery({ customer: "" });
      refresh("/v1/staff/legal-orders", "/v1/staff/customers");
    });
  };
  const error = (name: keyof typeof said, text: string) => (isTried && wrong === name ? text : undefined);
  return (
    <Panel title={t.place}>
      <form class="stack-s" noValidate onSubmit={(event) => (event.preventDefault(), go())}>
        <p class="small muted">{t.placeLead(customer)}</p>
        <Field label={t.authority} maxLength={80} value={said.authority} onInput={set("authority")} error={error("authority", t.authorityMissing)} />
        <Field label={t.reference} maxLength={80} value={said.reference} onInput={set("reference")} error={error("reference", t.referenceMissing)} />
        <Select label={t.scope} value={scope} options={(["account", "amount"] as const).map((value) => ({ value, text: t.scopes[value] }))} onChange={setScope} />
        {isAmount && <Field label={t.amount} inputMode="decimal" value={said.amount} onInput={set("amount")} error={error("amount", t.amountWrong)} />}
        <Field label={t.until} type="date" value={said.until} onInput={set("until")} error={error("until", t.untilMissing)} />
        {doing.failure && <Refused failure={doing.failure} />}
        <div class="row"><Button type="submit" busy={doing.busy}>{t.place}</Button></div>
      </form>
    </Panel>
  );
}

function Lift({ order, close }: { order: Order; close: () => void }): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const [proof, setProof] = useState("");
  const [isTried, setTried] = useState(false);
  const go = () => {
    setTried(true);
    if (!isReference(proof)) return;
    void doing.run(async () => {
      await api.post("/v1/staff/legal-orders/{order_id}/lifting", { path: { order_id: order.id }, body: { proof: proof.trim() } });
      toast(t.done);
      refresh("/v1/approvals", "/v1/staff/legal-orders");
      close();
    });
  };
  return (
    <Dialog open onClose={close} title={t.lift} footer={<Button busy={doing.busy} onPress={go}>{t.lift}</Button>}>
      {doing.failure && <Refused failure={doing.failure} />}
      <p>{order.authority} · {order.reference}</p>
      <Field label={t.proof} maxLength={80} value={proof} onInput={setProof} error={isTried && !isReference(proof) ? t.proofMissing : undefined} />
    </Dialog>
  );
}
