/** One customer for staff: holdings, orders, payouts; private fields masked and for a purpose only. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { Ordered, OrderState, shortAt } from "../../components/desk/orders";
import { PagedTable } from "../../components/desk/PagedTable";
import { Panel, Stat, Stats, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { formatUnits } from "../../lib/money";
import { usePages } from "../../lib/pages";
import { navigate, type ScreenProps } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { useGet } from "../../lib/store";
import { Freeze } from "./Freeze";
import en from "./messages.en";
import zh from "./messages.zh";
import { Personal } from "./Personal";

type Answer = Schemas["CustomerAnswer"];

export function CustomerScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { id = "" } = params;
  const found = useGet("/v1/staff/customers/{customer_id}", { path: { customer_id: id } });
  return (
    <Page title={found.data ? `${t.title} ${found.data.customer.customer_no}` : t.title} back="/console/orders" wide actions={found.data && <Acts customer={found.data.customer} />}>
      <Shown of={found} lines={8} height="40vh">
        {(data) => (
          <>
            <Head answer={data} />
            <Personal customerId={id} />
            <Holdings answer={data} />
          </>
        )}
      </Shown>
      <Orders customerId={id} />
      <Payouts customerId={id} />
    </Page>
  );
}

function Acts({ customer }: { customer: Answer["customer"] }): VNode {
  const t = useText(zh, en);
  const isInvestigator = useStaff().is("compliance", "operator");
  return (
    <div class="row">
      {isInvestigator && <ButtonLink look="plain" href={consoleLinks.placeOrder(customer.customer_id)}>{t.placeOrder}</ButtonLink>}
      {isInvestigator && <ButtonLink look="plain" href={consoleLinks.reportDeath(customer.customer_id)}>{t.reportDeath}</ButtonLink>}
      <Freeze customer={customer} />
    </div>
  );
}

function Head({ answer: { customer, cash } }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return (
    <Stats>
      <Stat name={t.state} note={customer.frozen_by ? `${t.frozenBy}: ${word(t.by, customer.frozen_by)} · ${word(t.reasons, customer.freeze_reason)}` : undefined}>
        <Tag tone={customer.frozen_by || customer.state !== "active" ? "bad" : "good"}>{customer.frozen_by ? t.states.frozen : word(t.states, customer.state)}</Tag>
      </Stat>
      <Stat name={t.no} note={customer.simulated ? t.simulated : undefined}>{customer.customer_no}</Stat>
      <Stat name={t.cash}><Amount fen={cash.amount} explain={`/console/ledger/accounts?q=${customer.customer_no}`} /></Stat>
      <Stat name={t.registered}><span class="small">{formatAt(customer.registered_at, lang)}</span></Stat>
      <Stat name={t.coolDown}><span class="small">{customer.cool_down_until ? formatAt(customer.cool_down_until, lang) : words.nobody}</span></Stat>
    </Stats>
  );
}

function Holdings({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const link = `/console/ledger/accounts?q=${answer.customer.customer_no}`;
  return (
    <Panel title={t.holdings}>
      {answer.holdings.length === 0 ? <p class="muted small">{words.noneFound}</p> : (
        <TableBox label={t.holdings}>
          <thead><tr><th scope="col">{t.fund}</th>{[t.units, t.available, t.ordered, t.frozen, t.accrued, t.unconfirmed, t.lastIncome].map((name) => <th key={name} scope="col" class="num">{name}</th>)}</tr></thead>
          <tbody>
            {answer.holdings.map((holding) => (
              <tr key={holding.fund}>
                <th scope="row">{holding.fund}</th>
                {[holding.units, holding.available, holding.ordered, holding.frozen].map((units, i) => <td key={i} class="num">{formatUnits(units.units)}</td>)}
                {[holding.accrued, holding.unconfirmed].map((money, i) => <td key={i} class="num"><Amount fen={money.amount} explain={link} size="s" /></td>)}
                <td class="num">{holding.last_income && holding.last_income_on ? <Amount fen={holding.last_income.amount} explain={consoleLinks.closeDay(holding.fund, holding.last_income_on)} size="s" sign="always" /> : words.nobody}</td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      )}
    </Panel>
  );
}

function Orders({ customerId }: { customerId: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const list = usePages<Schemas["Order"]>(`/v1/staff/customers/${encodeURIComponent(customerId)}/orders`, {}, 50);
  return (
    <Panel title={t.orders}>
      <PagedTable
        of={list} label={t.orders} minWidth="34rem" height="36rem" empty={t.noOrders} onOpen={(row) => navigate(consoleLinks.order(row.id))}
        columns={[
          { key: "at", title: t.placed, width: "11rem", cell: (row) => <a class="cell-link" href={consoleLinks.order(row.id)}>{shortAt(row.placed_at, lang)}</a> },
          { key: "what", title: t.what, width: "1fr", cell: (row) => word(words.side, row.side) },
          { key: "amount", title: t.amount, width: "9rem", num: true, cell: (row) => <Ordered order={row} /> },
          { key: "state", title: t.state, width: "8rem", cell: (row) => <OrderState state={row.state} /> },
        ]}
      />
    </Panel>
  );
}

function Payouts({ customerId }: { customerId: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const list = usePages<Schemas["PayoutWire"]>(`/v1/staff/customers/${encodeURIComponent(customerId)}/payouts`, {}, 50);
  return (
    <Panel title={t.payouts}>
      <PagedTable
        of={list} label={t.payouts} minWidth="38rem" height="36rem" empty={t.noPayouts} onOpen={(row) => navigate(consoleLinks.order(row.order_id))}
        columns={[
          { key: "at", title: t.placed, width: "11rem", cell: (row) => <a class="cell-link" href={consoleLinks.order(row.order_id)}>{shortAt(row.created_at, lang)}</a> },
          { key: "what", title: t.what, width: "1fr", cell: (row) => word(words.kinds, row.kind) },
          { key: "amount", title: t.amount, width: "9rem", num: true, cell: (row) => <Amount fen={row.amount.amount} explain={consoleLinks.order(row.order_id)} size="s" /> },
          { key: "state", title: t.state, width: "7rem", cell: (row) => <Tag>{word(words.payState, row.state)}</Tag> },
          { key: "next", title: t.next, width: "1fr", cell: (row) => <span class="muted">{word(t.steps, row.next_step)}</span> },
        ]}
      />
    </Panel>
  );
}
