/** One case: what says so, what was done, and what can be done now. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { shortAt } from "../../components/desk/orders";
import { Code, Panel, Stat, Stats, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Field, Select } from "../../components/Field";
import { Page } from "../../components/Page";
import { Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatDay } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { refresh, useGet } from "../../lib/store";
import { isReference } from "./forms";
import en from "./messages.en";
import zh from "./messages.zh";

type Answer = Schemas["CaseAnswer"];
const VERDICTS = ["cleared", "reported", "frozen"] as const;

export function CaseScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { id = "" } = params;
  const found = useGet("/v1/staff/cases/{case_id}", { path: { case_id: id } });
  const rule = found.data?.case.rule;
  return (
    <Page title={rule ? t.caseTitle(word(t.rules, rule)) : t.cases} back="/console/cases" wide>
      <Code text={id} length={40} />
      <Shown of={found} lines={8} height="50vh">{(data) => <Detail answer={data} />}</Shown>
    </Page>
  );
}

function Detail({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const one = answer.case;
  return (
    <>
      <Stats>
        <Stat name={t.state} note={one.verdict ? t.verdicts[one.verdict] : undefined}><Tag tone={one.state === "closed" ? "good" : "warn"}>{t.states[one.state]}</Tag></Stat>
        <Stat name={t.foundOn} note={`${t.opened} ${shortAt(one.opened_at, lang)}`}><span class="small">{formatDay(one.found_on, lang)}</span></Stat>
        <Stat name={t.owner}><span class="small">{one.owner ?? words.nobody}</span></Stat>
        <Stat name={t.customer}>{one.customer_id ? <a class="cell-link small" href={consoleLinks.customer(one.customer_id)}>{t.openCustomer}</a> : words.nobody}</Stat>
      </Stats>
      <p class="small muted">{word(t.ruleHelp, one.rule)}</p>
      <div class="split">
        <div class="stack"><Facts answer={answer} /><Acts answer={answer} /></div>
        <div class="stack">{one.state !== "closed" && <Work answer={answer} />}</div>
      </div>
    </>
  );
}

function Facts({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const { facts, customer_id: customer } = answer.case;
  const explain = customer ? consoleLinks.customer(customer) : "inside";
  return (
    <Panel title={t.facts}>
      <ul class="plain-rows">
        {Object.entries(facts).map(([name, value]) => (
          <li key={name} class="row-apart">
            <span class="muted">{word(t.factNames, name)}</span>
            {name.endsWith("_fen") ? <Amount fen={String(value)} explain={explain} size="s" /> : <span>{name === "grade" ? word(t.grades, String(value)) : String(value)}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Acts({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <Panel title={t.acts}>
      {answer.acts.length === 0 ? <p class="small muted">{t.noActs}</p> : (
        <TableBox label={t.acts}>
          <thead><tr><th scope="col">{t.opened}</th><th scope="col">{t.state}</th><th scope="col">{t.by}</th><th scope="col">{t.note}</th></tr></thead>
          <tbody>
            {answer.acts.map((act) => (
              <tr key={act.acted_at + act.verb}>
                <td class="nowrap">{shortAt(act.acted_at, lang)}</td>
                <td>{word(t.verbs, act.verb)}{act.verdict && ` · ${word(t.verdicts, act.verdict)}`}</td>
                <td>{act.actor}</td>
                <td>{act.note}</td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      )}
    </Panel>
  );
}

function Work({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const staff = useStaff();
  const doing = useDoing();
  const { id, owner } = answer.case;
  const path = { case_id: id };
  const isOwn = owner === staff.actor;
  const act = (work: () => Promise<unknown>) => void doing.run(async () => {
    await work();
    toast(t.done);
    refresh("/v1/staff/cases", "/v1/approvals");
  });
  return (
    <>
      {doing.failure && <Refused failure={doing.failure} />}
      {isOwn ? (
        <>
          <Note send={(note) => act(() => api.post("/v1/staff/cases/{case_id}/notes", { path, body: { note } }))} busy={doing.busy} />
          <VerdictForm send={(body) => act(() => api.post("/v1/staff/cases/{case_id}/verdict", { path, body }))} busy={doing.busy} />
          <Button look="plain" busy={doing.busy} onPress={() => act(() => api.post("/v1/staff/cases/{case_id}/hand-back", { path }))}>{t.handBack}</Button>
        </>
      ) : <Button busy={doing.busy} onPress={() => act(() => api.post("/v1/staff/cases/{case_id}/take", { path }))}>{owner ? t.takeOver : t.take}</Button>}
    </>
  );
}

function Note({ send, busy }: { send: (note: string) => void; busy: boolean }): VNode {
  const t = useText(zh, en);
  const [note, setNote] = useState("");
  const [isWrong, setWrong] = useState(false);
  const go = () => {
    setWrong(!note.trim());
    if (note.trim()) send(note.trim());
  };
  return (
    <Panel title={t.addNote}>
      <form class="stack-s" noValidate onSubmit={(event) => (event.preventDefault(), go())}>
        <Field label={t.note} hint={t.noteHint} maxLength={500} value={note} onInput={(text) => (setNote(text), setWrong(false))} error={isWrong ? t.noteMissing : undefined} />
        <div class="row"><Button type="submit" look="second" busy={busy}>{t.addNote}</Button></div>
      </form>
    </Panel>
  );
}

function VerdictForm({ send, busy }: { send: (body: Schemas["VerdictBody"]) => void; busy: boolean }): VNode {
  const t = useText(zh, en);
  const [verdict, setVerdict] = useState<(typeof VERDICTS)[number]>("cleared");
  const [note, setNote] = useState("");
  const [proof, setProof] = useState("");
  const [isTried, setTried] = useState(false);
  const go = () => {
    setTried(true);
    if (note.trim() && isReference(proof)) send({ verdict, note: note.trim(), proof });
  };
  return (
    <Panel title={t.propose}>
      <form class="stack-s" noValidate onSubmit={(event) => (event.preventDefault(), go())}>
        <p class="small muted">{t.proposeLead}</p>
        <Select label={t.verdict} value={verdict} options={VERDICTS.map((value) => ({ value, text: t.verdicts[value] }))} onChange={setVerdict} />
        <Field label={t.note} maxLength={500} value={note} onInput={setNote} error={isTried && !note.trim() ? t.noteMissing : undefined} />
        <Field label={t.proof} maxLength={80} value={proof} onInput={setProof} error={isTried && note.trim() && !isReference(proof) ? t.proofMissing : undefined} />
        <div class="row"><Button type="submit" busy={busy}>{t.propose}</Button></div>
      </form>
    </Panel>
  );
}
