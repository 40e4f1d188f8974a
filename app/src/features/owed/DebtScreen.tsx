/** One debt: what is owed, what was done about it, and the way to propose more. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { orderTone, shortAt } from "../../components/desk/orders";
import { Code, Panel, Stat, Stats, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Units } from "../../components/figures";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Answer = Schemas["DebtAnswer"];

export function DebtScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { id = "" } = params;
  const found = useGet("/v1/staff/debts/{order_id}", { path: { order_id: id } });
  const isOpen = found.data?.debt.ended_at === null;
  const mayPropose = useStaff().is("operator") && isOpen;
  return (
    <Page title={t.debt} back="/console/debts" wide actions={mayPropose && <ButtonLink href={consoleLinks.propose("debt", { order: id })}>{t.propose}</ButtonLink>}>
      <Code text={id} length={40} />
      <Shown of={found} lines={8} height="40vh">{(data) => <><Head debt={data.debt} />{isOpen && <p class="muted small">{t.nextLead}</p>}<Done answer={data} /></>}</Shown>
    </Page>
  );
}

function Head({ debt }: { debt: Answer["debt"] }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const order = consoleLinks.order(debt.order_id);
  return (
    <Stats>
      <Stat name={t.amount} note={debt.fund}><Amount fen={debt.amount.amount} explain={order} /></Stat>
      <Stat name={t.settled}><Amount fen={debt.settled.amount} explain={order} /></Stat>
      <Stat name={t.pending}><Amount fen={debt.pending.amount} explain={order} /></Stat>
      <Stat name={t.left}><Amount fen={debt.left.amount} explain={order} /></Stat>
      <Stat name={t.frozen}><Units units={debt.frozen.units} /></Stat>
      <Stat name={t.opened} note={debt.ended_at ? `${t.ended} ${shortAt(debt.ended_at, lang)}` : undefined}><span class="small">{shortAt(debt.opened_at, lang)}</span></Stat>
      <Stat name={t.order}><a class="cell-link small" href={order}>{t.openOrder}</a></Stat>
      <Stat name={t.customer}>{debt.customer_id ? <a class="cell-link small" href={consoleLinks.customer(debt.customer_id)}>{t.openCustomer}</a> : words.nobody}</Stat>
    </Stats>
  );
}

function Done({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return (
    <Panel title={t.settlements}>
      {answer.settlements.length === 0 ? <p class="small muted">{t.noSettlements}</p> : (
        <TableBox label={t.settlements}>
          <thead><tr><th scope="col">{t.opened}</th><th scope="col">{t.way}</th><th scope="col" class="num">{t.amount}</th><th scope="col" class="num">{t.settled}</th><th scope="col">{t.state}</th><th scope="col">{t.reason}</th></tr></thead>
          <tbody>
            {answer.settlements.map((one) => (
              <tr key={one.id}>
                <td class="nowrap">{shortAt(one.created_at, lang)}</td>
                <td>{word(t.ways, one.way)}</td>
                <td class="num"><Amount fen={one.amount.amount} explain={consoleLinks.order(answer.debt.order_id)} size="s" /></td>
                <td class="num"><Amount fen={one.settled.amount} explain={consoleLinks.order(answer.debt.order_id)} size="s" /></td>
                <td><Tag tone={orderTone(one.state)}>{word(t.settlementStates, one.state)}</Tag></td>
                <td>{word(words.reasons, one.reason)}</td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      )}
    </Panel>
  );
}
