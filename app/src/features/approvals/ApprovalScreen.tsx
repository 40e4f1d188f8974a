/** One change, field by field, and the second person's word. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { Panel, Stat, Stats, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Units } from "../../components/figures";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { between, formatAt, formatSpan } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { formatPer10kFull } from "../../lib/money";
import type { ScreenProps } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { useGet } from "../../lib/store";
import { stateTone } from "./ApprovalsScreen";
import { Decision } from "./Decision";
import { amountOf, flat, kept, type Line, lines } from "./difference";
import en from "./messages.en";
import zh from "./messages.zh";

type Approval = Schemas["ApprovalView"];

export function ApprovalScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { id = "" } = params;
  const found = useGet("/v1/approvals/{approval_id}", { path: { approval_id: id } });
  const first = useRef<string | undefined>(undefined);
  const approval = found.data?.approval;
  first.current ??= approval?.state;
  return (
    <Page title={approval ? t.detail(word(t.kinds, approval.kind)) : t.title} back="/console/approvals" wide>
      {approval && <Overtaken was={first.current} state={approval.state} reload={found.reload} />}
      <Shown of={found} lines={12} height="60vh">
        {(data) => (
          <>
            <Head approval={data.approval} now={data.business_time} />
            <div class="split">
              <Difference approval={data.approval} />
              <Decision approval={data.approval} reload={found.reload} />
            </div>
          </>
        )}
      </Shown>
    </Page>
  );
}

/** Says so when somebody else was faster, or when the object has changed under the proposal. */
function Overtaken({ was, state, reload }: { was: string | undefined; state: string; reload: () => void }): VNode | null {
  const t = useText(zh, en);
  if (state === "stale") return <div class="alarm alarm-bad" role="alert"><p>{t.stale}</p><Button look="second" onPress={reload}>{t.reload}</Button></div>;
  if (was !== "pending" || state === "pending") return null;
  return <div class="alarm alarm-warn" role="status"><p>{t.changedMeanwhile} {word(t.states, state)}</p></div>;
}

function Head({ approval, now }: { approval: Approval; now: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const fen = amountOf(approval);
  return (
    <Stats>
      <Stat name={t.state}><Tag tone={stateTone(approval.state)}>{word(t.states, approval.state)}</Tag></Stat>
      <Stat name={t.object} note={<About approval={approval} />}><span class="hash">{approval.object_id}</span></Stat>
      <Stat name={t.amount}>{fen === undefined ? words.nobody : <Amount fen={fen} explain={consoleLinks.approval(approval.id)} />}</Stat>
      <Stat name={t.customers}>{approval.customer_count ?? <span class="small muted">{t.unknownCount}</span>}</Stat>
      <Stat name={t.maker} note={formatAt(approval.proposed_at, lang)}><span class="small">{approval.maker.replace(/^staff:/, "")}</span></Stat>
      <Stat name={t.age}><span class="small">{formatSpan(between(approval.proposed_at, approval.decided_at ?? now), lang)}</span></Stat>
    </Stats>
  );
}

/** The way to what a change is about, where the console shows it. */
function About({ approval: { kind, object_id: id } }: { approval: Approval }): VNode | null {
  const t = useText(zh, en);
  const maySeeDebts = useStaff().is("finance", "operator", "viewer");
  const [first = "", second = "", third = ""] = id.split(":");
  const places: Readonly<Record<string, string | false>> = {
    "fund.debt_settlement": maySeeDebts && consoleLinks.debt(id),
    "close.negative_income": consoleLinks.closeDay(first, second),
    "fund.income_override": consoleLinks.closeDay(second, third),
    "close.break": /^\w{6}\.\d{4}-/.test(id) && consoleLinks.break(id),
    "close.seal": consoleLinks.closeDay(first, second),
    "fund.advance_line": consoleLinks.liquidity(id),
    "calendar.extension": "/console/calendar",
    "calendar.closure": "/console/calendar",
  };
  return places[kind] ? <a class="cell-link" href={places[kind]}>{t.openObject}</a> : null;
}

function Difference({ approval }: { approval: Approval }): VNode {
  const t = useText(zh, en);
  const isRule = approval.kind === "policy.rule";
  const from = approval.after["effective_from"];
  const inForce = useGet(isRule ? "/v1/policies" : undefined, { query: { on: typeof from === "string" ? from : null } });
  const same = (inForce.data?.data ?? []).find((row) => row.rule === approval.after["rule"] && row.fund === (approval.after["fund"] ?? ""));
  const all = isRule ? ruleLines(approval, same) : lines(flat(approval.before), kept(flat(approval.before), flat(approval.after)));
  const link = consoleLinks.approval(approval.id);
  return (
    <Panel title={t.difference}>
      <TableBox label={t.difference}>
        <thead><tr><th scope="col">{t.field}</th><th scope="col">{t.before}</th><th scope="col">{t.after}</th></tr></thead>
        <tbody class="diff">{all.map((line) => <DiffRow key={line.name} line={line} link={link} />)}</tbody>
      </TableBox>
      {isRule && Object.keys(approval.before).length > 0 && (
        <div class="stack-s">
          <p class="small strong">{t.superseded}</p>
          <ul class="plain-rows small">{Object.entries(approval.before).map(([on, value]) => <li key={on}><span class="strong">{on}</span> <span class="hash">{String(value)}</span></li>)}</ul>
        </div>
      )}
      <p><span class="small muted">{t.evidence}</span><br />{approval.evidence}</p>
    </Panel>
  );
}

/** A rule's row beside the one in force on its first day; where it has been decided there is none. */
function ruleLines(approval: Approval, inForce: object | undefined): readonly Line[] {
  const before = approval.state === "pending" && inForce ? flat({ ...inForce }) : new Map<string, string>();
  return lines(before, flat(approval.after)).filter((line) => line.becomes !== undefined || line.name.startsWith("max_"));
}

function DiffRow({ line, link }: { line: Line; link: string }): VNode {
  const t = useText(zh, en);
  const isSame = line.was === line.becomes;
  return (
    <tr class={isSame ? "same" : undefined}>
      <th scope="row">{word(t.fields, line.name)}</th>
      <td class={isSame ? undefined : "was"}><Value name={line.name} text={line.was} link={link} /></td>
      <td class={isSame ? undefined : "now"}><Value name={line.name} text={line.becomes} link={link} /></td>
    </tr>
  );
}

/** Figures with two decimals; those of a break count fen or hundredths of a unit. */
const UNITS = /_e2$|^ours$|^theirs$/;

function Value({ name, text, link }: { name: string; text: string | undefined; link: string }): VNode {
  const t = useText(zh, en);
  if (text === undefined) return <span class="muted">{t.nothingBefore}</span>;
  if (text === "") return <span>{name === "amount_fen" ? t.allOfIt : t.unlimited}</span>;
  if (name.endsWith("_fen") && /^-?\d+$/.test(text)) return <Amount fen={text} explain={link} size="s" />;
  if (UNITS.test(name) && /^-?\d+$/.test(text)) return <Units units={text} />;
  if (name.endsWith("_e5") && /^-?\d+$/.test(text)) return <span>{formatPer10kFull(text)}</span>;
  return <span>{word(t.values, text)}</span>;
}
