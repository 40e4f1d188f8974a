/** One break: what differs, both sides' evidence, what is done about it and by whom. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { Difference } from "../../components/desk/Difference";
import { Panel, Stat, Stats, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Sheet } from "../../components/Dialog";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { formatDay, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { Problem } from "../../lib/problem";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import { DayActions } from "./DayActions";
import { BackToQueue } from "./BreaksScreen";
import { BreakState } from "./columns";
import { Evidence } from "./Evidence";
import { History } from "./History";
import en from "./messages.en";
import zh from "./messages.zh";
import { Owner } from "./Owner";
import { Resolve } from "./Resolve";

export type Answer = Schemas["BreakAnswer"];

export function BreakScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { id = "" } = params;
  const found = useGet("/v1/breaks/{break_id}", { path: { break_id: id } });
  const isGone = found.error instanceof Problem && found.error.status === 404;
  const kind = found.data ? word(t.kinds, found.data.data.kind) : "";
  const [isOpen, setOpen] = useState(false);
  return (
    <Page title={kind ? t.detailTitle(kind) : t.title} back="/console/breaks" wide actions={<Button look="plain" onPress={() => setOpen(true)}>{t.auditOpen}</Button>}>
      {isGone ? <div class="stack"><Empty text={t.settled} /><div class="center"><BackToQueue /></div></div> : <Shown of={found} lines={12} height="60vh">{(data) => <Detail answer={data} />}</Shown>}
      <Sheet open={isOpen} onClose={() => setOpen(false)} title={t.audit}>{found.data && <History answer={found.data} />}</Sheet>
    </Page>
  );
}

function Detail({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { data } = answer;
  const isOfBank = answer.bank !== null;
  const here = isOfBank ? consoleLinks.break(data.id) : consoleLinks.closeDay(data.fund, data.on);
  const day = formatDay(data.on, lang);
  return (
    <>
      <Stats>
        <Stat name={t.difference} note={<Remark text={data.detail} />}><Difference unit={data.unit} figure={data.difference} explain={here} signed /></Stat>
        <Stat name={t.day} note={data.fund}>{isOfBank ? <span class="small">{day}</span> : <a class="cell-link small" href={here}>{day}</a>}</Stat>
        <Stat name={t.state} note={`${word(t.classes, data.break_class)} · ${word(t.ages, data.age)} · ${t.version(data.version)}`}><BreakState state={data.state} /></Stat>
        <Owner data={data} />
      </Stats>
      <div class="alarm alarm-warn"><p><span class="strong">{t.suggestion}</span> · {word(t.suggestions, data.suggestion)} · <a href={data.runbook_url} target="_blank" rel="noopener">{t.runbook}</a></p>{data.state === "noted" && <p class="small">{t.notedNote}</p>}</div>
      <div class="split">
        <div class="stack"><Evidence answer={answer} /><Rows answer={answer} />{!isOfBank && <Orders answer={answer} />}</div>
        <div class="stack"><Resolve answer={answer} /><DayActions answer={answer} /></div>
      </div>
    </>
  );
}

/** The rows of the same kind and day, each with a way to its own page. */
function Rows({ answer }: { answer: Answer }): VNode | null {
  const t = useText(zh, en);
  const words = useWords();
  if (answer.rows.length < 2) return null;
  return (
    <Panel title={t.evidence} end={<span class="small muted">{t.ofRows(String(answer.rows.length), String(answer.data.rows_count))}</span>}>
      <TableBox label={t.evidence}>
        <thead><tr><th scope="col">{t.customer}</th><th scope="col" class="num">{t.ours}</th><th scope="col" class="num">{t.theirs}</th><th scope="col" class="num">{t.difference}</th><th scope="col">{t.state}</th></tr></thead>
        <tbody>
          {answer.rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.id === answer.data.id ? (row.customer_no ?? words.nobody) : <a class="cell-link" href={consoleLinks.break(row.id)}>{row.customer_no ?? words.nobody}</a>}</th>
              {([row.ours, row.theirs, row.difference] as const).map((figure, i) => <td key={i} class="num"><Difference unit={row.unit} figure={figure} explain={consoleLinks.break(row.id)} signed={i === 2} /></td>)}
              <td><BreakState state={row.state} /></td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </Panel>
  );
}

/** What the close noted of a break, in English, as the page says it. */
function Remark({ text }: { text: string }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const day = /^orders of (\d{4}-\d\d-\d\d) without an answer$/.exec(text)?.[1];
  if (day) return <>{t.noAnswer(formatDay(day, lang))}</>;
  if (!text) return null;
  const known = word(t.details, text);
  return <span lang={known === text ? "en" : undefined}>{known}</span>;
}

function Orders({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return (
    <Panel title={t.orders} end={answer.customer_id && <ButtonLink look="plain" href={consoleLinks.customer(answer.customer_id)}>{t.seeCustomer}</ButtonLink>}>
      {answer.orders.length === 0 ? <p class="muted small">{t.noOrders}</p> : (
        <ul class="plain-rows">
          {answer.orders.map((order) => (
            <li key={order.id} class="row-apart">
              <a class="cell-link" href={consoleLinks.order(order.id)}>{word(words.side, order.side)} · {formatDayShort(order.t_day, lang)}</a>
              <Tag>{word(words.orderState, order.state)}</Tag>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
