/** A break of a bank's day: our order beside the bank's lines, and what an action would post. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Code, Panel, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Fact, Facts } from "../../components/List";
import { RadioCards } from "../../components/Radio";
import { formatAt, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { formatFen } from "../../lib/money";
import type { Answer } from "./BreakScreen";
import en from "./messages.en";
import zh from "./messages.zh";
import type { Action } from "./seven";

type Bank = Schemas["BankEvidence"];

export function BankSides({ answer, bank }: { answer: Answer; bank: Bank }): VNode {
  const t = useText(zh, en);
  const here = consoleLinks.break(answer.data.id);
  return (
    <div class="stack">
      <Panel title={t.ours}>
        {bank.order ? <Order order={bank.order} here={here} /> : <p class="small muted">{t.bank.noOrder}</p>}
        <Facts><Fact name={t.bank.effect}><Amount fen={bank.effect.amount} explain={here} size="s" sign="always" /> <span class="small muted">{t.bank.effectNote}</span></Fact></Facts>
      </Panel>
      <Panel title={t.theirs}>{bank.lines.length === 0 ? <p class="small muted">{t.bank.noLine}</p> : <Lines lines={bank.lines} here={here} />}</Panel>
    </div>
  );
}

function Order({ order, here }: { order: NonNullable<Bank["order"]>; here: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return (
    <Facts>
      <Fact name={t.bank.direction}>{word(t.bank.directions, order.direction)}</Fact>
      <Fact name={t.bank.amount}><Amount fen={order.amount.amount} explain={here} size="s" /></Fact>
      <Fact name={t.bank.state}><Tag>{word(t.bank.states, order.state)}</Tag></Fact>
      {order.cases.length > 0 && <Fact name={t.bank.cases}>{order.cases.map((one) => word(t.bank.caseNames, one)).join(" · ")}</Fact>}
      <Fact name={t.bank.sentAt}>{order.sent_at ? formatAt(order.sent_at, lang) : words.nobody}</Fact>
      <Fact name={t.bank.reference}>{order.reference ? <Code text={order.reference} length={20} /> : words.nobody}</Fact>
    </Facts>
  );
}

function Lines({ lines, here }: { lines: Bank["lines"]; here: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <TableBox label={t.bank.lines}>
      <thead><tr><th scope="col">{t.bank.line}</th><th scope="col">{t.bank.on}</th><th scope="col">{t.bank.side}</th><th scope="col" class="num">{t.bank.amount}</th><th scope="col">{t.bank.reference}</th></tr></thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.sha256}${line.line_no}`}>
            <th scope="row">{t.bank.statement(line.statement, line.line_no)}</th>
            <td class="nowrap">{formatDayShort(line.on, lang)}</td>
            <td class="nowrap">{line.is_credit ? t.bank.credit : t.bank.debit}{line.is_reversal && <> · {t.bank.reversal}</>}</td>
            <td class="num"><Amount fen={line.amount.amount} explain={here} size="s" /></td>
            <td>{line.reference ? <Code text={line.reference} length={14} /> : line.entry_id}</td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}

/** What an action would post, to the fen, or why it posts nothing. */
export function Planned({ bank, action, link }: { bank: Bank; action: Action; link: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const entries = bank.entries.filter((entry) => entry.action === action);
  if (entries.length === 0) return <p class="notice small">{t.bank.posts[action]}</p>;
  return (
    <>
      <TableBox label={t.flow.entry}>
        <thead><tr><th scope="col">{t.flow.debit}</th><th scope="col">{t.flow.credit}</th><th scope="col" class="num">{t.flow.amount}</th></tr></thead>
        <tbody>
          {entries.map((entry, i) => (
            <tr key={i}>
              <td>{word(words.ledgerKinds, entry.debit)}{entry.reverses && <span class="small muted"> · {t.bank.reverses}</span>}</td>
              <td>{word(words.ledgerKinds, entry.credit)}</td>
              <td class="num"><Amount fen={entry.amount.amount} explain={link} size="s" /></td>
            </tr>
          ))}
        </tbody>
      </TableBox>
      <p class="small">{t.bank.booked}</p>
    </>
  );
}

/** The orders that a bank's line may mean. */
export function Likes({ bank, value, onChange }: { bank: Bank; value: string | undefined; onChange: (id: string) => void }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const options = bank.orders_like_it.map((order) => ({
    value: order.id,
    text: t.bank.likeOf(formatFen(order.amount.amount), order.sent_at ? formatAt(order.sent_at, lang) : ""),
    note: order.reference ?? "",
  }));
  return <RadioCards legend={t.bank.likes} value={value} options={options} onChange={onChange} />;
}
