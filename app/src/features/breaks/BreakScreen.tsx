/** One break: what differs, where the figures come from, what to do. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button, ButtonLink } from "../../components/Button";
import { Difference } from "../../components/desk/Difference";
import { Panel, Stat, Stats, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Sheet } from "../../components/Dialog";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { formatAt, formatDay, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { formatUnits } from "../../lib/money";
import { Problem } from "../../lib/problem";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import { Actions } from "./Actions";
import { BackToQueue } from "./BreaksScreen";
import { History } from "./History";
import en from "./messages.en";
import zh from "./messages.zh";

type Answer = Schemas["BreakAnswer"];

export function BreakScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { id = "" } = params;
  const found = useGet("/v1/staff/breaks/{break_id}", { path: { break_id: id } });
  const isGone = found.error instanceof Problem && found.error.status === 404;
  const kind = found.data ? word(t.kinds, found.data.data.kind) : "";
  const [isOpen, setOpen] = useState(false);
  return (
    <Page title={kind ? t.detailTitle(kind) : t.title} back="/console/breaks" wide actions={<Button look="plain" onPress={() => setOpen(true)}>{t.auditOpen}</Button>}>
      {isGone ? <div class="stack"><Empty text={t.settled} /><div class="center"><BackToQueue /></div></div> : <Shown of={found} lines={12} height="60vh">{(data) => <Detail answer={data} />}</Shown>}
      <Sheet open={isOpen} onClose={() => setOpen(false)} title={t.audit}><History breakId={id} data={found.data?.data} /></Sheet>
    </Page>
  );
}

function Detail({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { data } = answer;
  const here = consoleLinks.closeDay(data.fund, data.on);
  return (
    <>
      <Stats>
        <Stat name={t.day} note={data.fund}><a class="cell-link small" href={here}>{formatDay(data.on, lang)}</a></Stat>
        <Stat name={t.ours}><Difference kind={data.kind} figure={data.ours} explain={here} /></Stat>
        <Stat name={t.theirs}><Difference kind={data.kind} figure={data.theirs} explain={here} /></Stat>
        <Stat name={t.difference}><Difference kind={data.kind} figure={data.difference} explain={here} signed /></Stat>
        <Stat name={t.state} note={word(t.ages, data.age)}><Tag tone={data.state === "open" ? "bad" : "plain"}>{word(t.states, data.state)}</Tag></Stat>
      </Stats>
      <div class="alarm alarm-warn"><p><span class="strong">{t.suggestion}</span> · {word(t.suggestions, data.suggestion)}</p>{data.state === "noted" && <p class="small">{t.notedNote}</p>}</div>
      <div class="split">
        <div class="stack"><Rows answer={answer} /><Orders answer={answer} /></div>
        <div class="stack"><Actions answer={answer} /><Report answer={answer} /></div>
      </div>
    </>
  );
}

function Rows({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const here = consoleLinks.closeDay(answer.data.fund, answer.data.on);
  const isLed = (no: string | null) => no !== null && no === answer.data.customer_no && answer.customer_id !== null;
  return (
    <Panel title={t.evidence} end={<Remark text={answer.data.detail} />}>
      <TableBox label={t.evidence}>
        <thead><tr><th scope="col">{t.customer}</th><th scope="col" class="num">{t.ours}</th><th scope="col" class="num">{t.theirs}</th><th scope="col" class="num">{t.difference}</th></tr></thead>
        <tbody>
          {answer.rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{isLed(row.customer_no) ? <a class="cell-link" href={consoleLinks.customer(answer.customer_id ?? "")}>{row.customer_no}</a> : (row.customer_no ?? words.nobody)}</th>
              <td class="num"><Difference kind={row.kind} figure={row.ours} explain={here} /></td>
              <td class="num"><Difference kind={row.kind} figure={row.theirs} explain={here} /></td>
              <td class="num"><Difference kind={row.kind} figure={row.difference} explain={here} signed /></td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </Panel>
  );
}

/** What the close noted of a break, in English, as the page says it. */
function Remark({ text }: { text: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const day = /^orders of (\d{4}-\d\d-\d\d) without an answer$/.exec(text)?.[1];
  if (day) return <span class="small muted">{t.noAnswer(formatDay(day, lang))}</span>;
  const known = word(t.details, text);
  return <span class="small muted" lang={known === text ? "en" : undefined}>{known}</span>;
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

function Report({ answer: { report, data } }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <Panel title={t.report}>
      {!report ? <p class="muted small">{t.noReport}</p> : (
        <Facts>
          <Fact name={t.source}><span class="hash">{report.source}</span></Fact>
          <Fact name={t.received}>{formatAt(report.received_at, lang)}</Fact>
          <Fact name={t.totalUnits}>{formatUnits(report.total_units_e2)}</Fact>
          {report.total_income_fen !== null && <Fact name={t.totalIncome}><Amount fen={report.total_income_fen} explain={consoleLinks.closeDay(data.fund, data.on)} /></Fact>}
        </Facts>
      )}
    </Panel>
  );
}
