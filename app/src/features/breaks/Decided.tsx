/** A break that waits for a second person, or that was decided: who, what, why; and opening it again. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button, ButtonLink } from "../../components/Button";
import { Panel } from "../../components/desk/parts";
import { word } from "../../components/desk/words";
import { Sheet } from "../../components/Dialog";
import { Fact, Facts } from "../../components/List";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatAt } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { useStaff } from "../../lib/staff";
import { refresh } from "../../lib/store";
import type { Answer } from "./BreakScreen";
import { nameOf } from "./columns";
import en from "./messages.en";
import zh from "./messages.zh";
import { useWhy, Why } from "./Why";

type Act = Answer["acts"][number];

/** The maker sees what waits and no button to approve; another person is led to the approval. */
export function Waiting({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const staff = useStaff();
  const proposed = answer.acts.findLast((act) => act.verb === "proposed");
  const isMaker = proposed?.actor === staff.actor;
  const mayDecide = !isMaker && staff.is("approver", "operator");
  const { approval_id: approval } = answer.data;
  return (
    <Panel title={t.flow.title}>
      <p class="strong">{proposed ? t.flow.waitsSince(formatAt(proposed.acted_at, lang)) : t.needsSecond}</p>
      {proposed && <Told act={proposed} />}
      <p class="small muted">{isMaker ? t.flow.own : t.flow.other}</p>
      {approval && <div><ButtonLink look={mayDecide ? "primary" : "second"} href={consoleLinks.approval(approval)}>{mayDecide ? t.flow.decide : t.flow.seeProposal}</ButtonLink></div>}
    </Panel>
  );
}

export function Decided({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const staff = useStaff();
  const [isOpen, setOpen] = useState(false);
  const last = answer.acts.findLast((act) => act.verb === "approved");
  return (
    <Panel title={t.flow.title}>
      <p class="strong">{word(t.stateNotes, answer.data.state)}</p>
      {last && <Told act={last} />}
      {staff.is("operator", "finance") && <div><Button look="second" onPress={() => setOpen(true)}>{t.reopen.go}</Button></div>}
      {isOpen && <Reopen id={answer.data.id} close={() => setOpen(false)} />}
    </Panel>
  );
}

/** What somebody did about it, why, and by which proof. */
export function Told({ act }: { act: Act }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <Facts>
      {act.action && <Fact name={t.flow.action}>{word(t.actionNames, act.action)}</Fact>}
      <Fact name={t.flow.who}>{nameOf(act.actor)} · {formatAt(act.acted_at, lang)}</Fact>
      {act.reason && <Fact name={t.flow.reason}>{act.reason}</Fact>}
      {act.evidence && <Fact name={act.verb === "assigned" ? t.owner : t.flow.evidence}>{nameOf(act.evidence)}</Fact>}
    </Facts>
  );
}

function Reopen({ id, close }: { id: string; close: () => void }): VNode {
  const t = useText(zh, en);
  const why = useWhy();
  const doing = useDoing();
  const send = () => void doing.run(async () => {
    const said = why.check();
    if (!said) return;
    await api.post("/v1/breaks/{break_id}/reopen", { path: { break_id: id }, body: said });
    toast(t.reopen.done);
    refresh("/v1/breaks", "/v1/close");
    close();
  });
  return (
    <Sheet open onClose={close} title={t.reopen.title} footer={<Button wide busy={doing.busy} onPress={send}>{t.reopen.go}</Button>}>
      <p class="small">{t.reopen.note}</p>
      <Why why={why} />
      {doing.failure && <Refused failure={doing.failure} />}
    </Sheet>
  );
}
