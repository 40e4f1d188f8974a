/** Proposes a change; a second person decides. */
import type { VNode } from "preact";
import { Panel } from "../../components/desk/parts";
import { Chips } from "../../components/desk/parts";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { navigate, type ScreenProps, useQuery } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { useGet } from "../../lib/store";
import { FORM_NAMES, type FormName, formOf, FROM_ELSEWHERE } from "./forms";
import en from "./messages.en";
import zh from "./messages.zh";
import { PolicyForm } from "./PolicyForm";
import { ProposalForm } from "./ProposalForm";

export function ProposeScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const staff = useStaff();
  const name = FORM_NAMES.find((one) => one === params["kind"]) ?? "policy";
  const free = FORM_NAMES.filter((one) => !FROM_ELSEWHERE.includes(one));
  return (
    <Page title={t.propose} back="/console/approvals">
      <p class="muted">{t.lead}</p>
      {!FROM_ELSEWHERE.includes(name) && (
        <Chips<FormName> label={t.form} value={name} options={free.map((value) => ({ value, text: t.forms[value] }))} onChange={(value) => navigate(consoleLinks.propose(value), { replace: true })} />
      )}
      {staff.is("operator") ? <Form key={name} name={name} /> : <div class="alarm alarm-warn"><p>{t.openFormOnly}</p></div>}
    </Page>
  );
}

function Form({ name }: { name: FormName }): VNode {
  const t = useText(zh, en);
  const about = Object.fromEntries(useQuery());
  const funds = useGet("/v1/funds");
  return (
    <Panel title={t.forms[name]}>
      {FROM_ELSEWHERE.includes(name) && <About about={about} />}
      <Shown of={funds} lines={4} height="20rem">
        {(data) => (name === "policy" ? <PolicyForm about={about} /> : <ProposalForm form={formOf(name, t, about, data.data.map((one) => one.fund))} first={about} />)}
      </Shown>
    </Panel>
  );
}

/** What a proposal is about, when it came from another screen. */
function About({ about }: { about: Readonly<Record<string, string>> }): VNode {
  const t = useText(zh, en);
  const { customer, fund, on, order, payment } = about;
  return (
    <Facts>
      {customer && <Fact name={t.aboutCustomer}><a class="cell-link hash" href={consoleLinks.customer(customer)}>{customer}</a></Fact>}
      {fund && on && <Fact name={t.aboutDay}><a class="cell-link" href={consoleLinks.closeDay(fund, on)}>{fund} · {on}</a></Fact>}
      {order && <Fact name={t.aboutOrder}><a class="cell-link hash" href={consoleLinks.order(order)}>{order}</a></Fact>}
      {payment && <Fact name={t.aboutPayment}><span class="hash">{payment}</span></Fact>}
    </Facts>
  );
}
