/** One act in full: facts, request, and what it changed from what to what. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { ButtonLink } from "../../components/Button";
import { useAct } from "../../components/desk/acts/useAct";
import { Code, TableBox } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Sheet } from "../../components/Dialog";
import { Fact, Facts } from "../../components/List";
import { Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  act: Schemas["ActView"];
  close: () => void;
}

export function Act({ act, close }: Props): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const inWords = useAct();
  const facts = Object.entries(act.facts).filter(([, value]) => value !== null);
  return (
    <Sheet open onClose={close} title={inWords(act.type) || act.type}>
      <Facts>
        <Fact name={t.type}><span class="mono">{act.type}</span></Fact>
        <Fact name={t.actor}>{act.actor}</Fact>
        <Fact name={t.at}>{formatAt(act.at, lang)}</Fact>
        <Fact name={t.machineAt}>{formatAt(act.machine_at, lang)}</Fact>
        <Fact name={t.object}><Code text={act.object_id} length={40} /></Fact>
        <Fact name={t.request}>{act.request_id ? <Code text={act.request_id} length={30} /> : words.nobody}</Fact>
        <Fact name={t.seq}>{act.seq}</Fact>
        {act.purpose && <Fact name={t.purpose}>{word(words.purposes, act.purpose)}</Fact>}
        {act.customer_no && <Fact name={t.customer}>{act.customer_no}</Fact>}
        {facts.map(([name, value]) => <Fact key={name} name={name}>{String(value)}</Fact>)}
      </Facts>
      {act.type.startsWith("approval.") && <Change approvalId={act.object_id} />}
      {act.request_id && <ButtonLink look="plain" href={`/console/orders?q=${encodeURIComponent(act.request_id)}`}>{t.seeOrders}</ButtonLink>}
    </Sheet>
  );
}

/** What a decided or proposed change is about, before and after. */
function Change({ approvalId }: { approvalId: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const found = useGet("/v1/approvals/{approval_id}", { path: { approval_id: approvalId } });
  return (
    <Shown of={found} lines={3} height="6rem">
      {({ approval }) => {
        const names = [...new Set([...Object.keys(approval.before), ...Object.keys(approval.after)])];
        const text = (value: string | boolean | null | undefined) => (value === null || value === undefined ? words.nobody : String(value));
        return (
          <>
            <TableBox label={t.change}>
              <thead><tr><th scope="col">{t.change}</th><th scope="col">{t.before}</th><th scope="col">{t.after}</th></tr></thead>
              <tbody class="diff">{names.map((name) => <tr key={name}><th scope="row">{name}</th><td>{text(approval.before[name])}</td><td class="now">{text(approval.after[name])}</td></tr>)}</tbody>
            </TableBox>
            <ButtonLink look="second" href={consoleLinks.approval(approvalId)}>{t.seeChange}</ButtonLink>
          </>
        );
      }}
    </Shown>
  );
}
