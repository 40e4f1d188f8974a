/** What would be posted, to the fen, before it goes to a second person. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { TableBox } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Fact, Facts } from "../../components/List";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { whole } from "../../lib/money";
import { type Action, entryOf } from "./seven";
import { Planned } from "./BankSides";
import type { Answer } from "./BreakScreen";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  answer: Answer;
  action: Action;
  said: { reason: string; evidence: string };
  /** The corrected income that was typed; undefined where the figure found counts. */
  income: bigint | undefined;
  /** The order that a bank's line shall be linked to. */
  order?: string | undefined;
}

export function Confirm({ answer, action, said, income, order }: Props): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { data } = answer;
  return (
    <div class="stack-s">
      <Facts>
        <Fact name={t.flow.action}>{answer.bank ? t.bank.names[action] : t.actionNames[action]}</Fact>
        {order && <Fact name={t.bank.order}><span class="mono small">{order}</span></Fact>}
        <Fact name={t.day}>{data.fund} · {formatDay(data.on, lang)}</Fact>
        {data.customer_no && <Fact name={t.customer}>{data.customer_no}</Fact>}
        <Fact name={t.flow.reason}>{said.reason}</Fact>
        <Fact name={t.flow.evidence}>{said.evidence}</Fact>
      </Facts>
      {answer.bank ? <Planned bank={answer.bank} action={action} link={consoleLinks.break(data.id)} /> : action === "replace_line" || action === "edit_by_reversal" ? <Entry answer={answer} action={action} income={income} /> : <p class="notice small">{t.flow.noEntry[action === "mark_received" ? "mark_received" : "force_match"]}</p>}
      <p class="small muted">{t.flow.secondNote}</p>
    </div>
  );
}

/** Returns the holder's income as it is and as it becomes; undefined where there is none to compare. */
function change({ ours, theirs }: Answer, income: bigint | undefined): { was: bigint; becomes: bigint } | undefined {
  const becomes = income ?? (theirs?.income ? whole(theirs.income.amount) : undefined);
  return ours && becomes !== undefined ? { was: whole(ours.income.amount), becomes } : undefined;
}

/** The difference of one holder's income, as the entry of the day or as a correction of a closed one. */
function Entry({ answer, action, income }: { answer: Answer; action: Action; income: bigint | undefined }): VNode | null {
  const t = useText(zh, en);
  const link = consoleLinks.break(answer.data.id);
  const found = change(answer, action === "edit_by_reversal" ? income : undefined);
  if (!found) return <p class="notice notice-warn small">{t.flow.unknownEntry}</p>;
  const difference = found.becomes - found.was;
  return (
    <>
      <TableBox label={t.flow.entries}>
        <thead><tr><th scope="col">{t.flow.figure}</th><th scope="col" class="num">{t.flow.now}</th><th scope="col" class="num">{t.flow.then}</th><th scope="col" class="num">{t.difference}</th></tr></thead>
        <tbody>
          <tr>
            <th scope="row">{t.flow.holderIncome}</th>
            {[found.was, found.becomes, difference].map((fen, i) => <td key={i} class="num"><Amount fen={fen} explain={link} size="s" sign="always" /></td>)}
          </tr>
        </tbody>
      </TableBox>
      {difference === 0n ? <p class="small">{t.flow.nothing}</p> : <Sides kind={answer.data.kind} difference={difference} link={link} />}
      <p class="small">{action === "replace_line" ? t.flow.withDay : t.flow.asCorrection}</p>
    </>
  );
}

function Sides({ kind, difference, link }: { kind: string; difference: bigint; link: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const { debit, credit } = entryOf(kind, difference);
  return (
    <TableBox label={t.flow.entry}>
      <thead><tr><th scope="col">{t.flow.debit}</th><th scope="col">{t.flow.credit}</th><th scope="col" class="num">{t.flow.amount}</th></tr></thead>
      <tbody><tr><td>{word(words.ledgerKinds, debit)}</td><td>{word(words.ledgerKinds, credit)}</td><td class="num"><Amount fen={difference < 0n ? -difference : difference} explain={link} size="s" /></td></tr></tbody>
    </TableBox>
  );
}
