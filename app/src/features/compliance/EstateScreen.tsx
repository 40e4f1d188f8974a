/** One estate: heirs, what each was given and where it is, and what two people may decide. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { shortAt } from "../../components/desk/orders";
import { Code, Panel, Stat, Stats, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Field } from "../../components/Field";
import { TextArea } from "../../components/TextArea";
import { Page } from "../../components/Page";
import { Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatDay } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { refresh, useGet } from "../../lib/store";
import { heirsOf, isReference } from "./forms";
import en from "./messages.en";
import zh from "./messages.zh";

type Answer = Schemas["EstateAnswer"];

export function EstateScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { id = "" } = params;
  const found = useGet("/v1/staff/estates/{estate_id}", { path: { estate_id: id } });
  return (
    <Page title={t.estate} back="/console/estates" wide>
      <Code text={id} length={40} />
      <Shown of={found} lines={8} height="50vh">{(data) => <Detail answer={data} />}</Shown>
    </Page>
  );
}

function Detail({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { estate } = answer;
  return (
    <>
      <Stats>
        <Stat name={t.state} note={estate.ended_at ? `${t.ended} ${shortAt(estate.ended_at, lang)}` : undefined}><Tag tone={estate.state === "settled" ? "good" : "warn"}>{t.estateStates[estate.state]}</Tag></Stat>
        <Stat name={t.died} note={`${t.reported} ${shortAt(estate.reported_at, lang)}`}><span class="small">{formatDay(estate.died_on, lang)}</span></Stat>
        <Stat name={t.placedBy} note={estate.proof}><span class="small">{estate.reported_by}</span></Stat>
        <Stat name={t.customer}><Customer id={estate.customer_id} /></Stat>
      </Stats>
      <div class="split">
        <div class="stack"><Heirs answer={answer} /><Payments answer={answer} /></div>
        <div class="stack">{estate.state === "reported" && <Decide id={estate.id} />}</div>
      </div>
    </>
  );
}

function Customer({ id }: { id: string | null }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  return id ? <a class="cell-link small" href={consoleLinks.customer(id)}>{t.openCustomer}</a> : <>{words.nobody}</>;
}

function Heirs({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  return (
    <Panel title={t.heirs}>
      {answer.heirs.length === 0 ? <p class="small muted">{t.noHeirs}</p> : (
        <TableBox label={t.heirs}>
          <thead><tr><th scope="col">{t.customer}</th><th scope="col" class="num">{t.parts}</th><th scope="col" class="num">{t.given}</th></tr></thead>
          <tbody>
            {answer.heirs.map((heir) => (
              <tr key={heir.customer_id}><td><Customer id={heir.customer_id} /></td><td class="num">{heir.parts}</td><td class="num"><Amount fen={heir.given.amount} explain="inside" size="s" /></td></tr>
            ))}
          </tbody>
        </TableBox>
      )}
    </Panel>
  );
}

function Payments({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const tone = { waiting: "warn", sent: "plain", paid: "good" } as const;
  return (
    <Panel title={t.payments}>
      {answer.payments.length === 0 ? <p class="small muted">{t.noPayments}</p> : (
        <TableBox label={t.payments}>
          <thead><tr><th scope="col">{t.opened}</th><th scope="col">{t.customer}</th><th scope="col" class="num">{t.given}</th><th scope="col">{t.state}</th><th scope="col">{t.note}</th></tr></thead>
          <tbody>
            {answer.payments.map((one) => (
              <tr key={one.id}>
                <td class="nowrap">{shortAt(one.given_at, lang)}</td>
                <td><Customer id={one.customer_id} /></td>
                <td class="num"><Amount fen={one.amount.amount} explain="inside" size="s" /></td>
                <td><Tag tone={tone[one.state]}>{t.paymentStates[one.state]}</Tag></td>
                <td>{one.reason ? word(t.reasons, one.reason) : words.nobody}</td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      )}
    </Panel>
  );
}

function Decide({ id }: { id: string }): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const [text, setText] = useState("");
  const [proof, setProof] = useState("");
  const [tried, setTried] = useState<"settle" | "withdraw">();
  const path = { estate_id: id };
  const heirs = heirsOf(text);
  const send = (work: () => Promise<unknown>) => void doing.run(async () => {
    await work();
    toast(t.done);
    refresh("/v1/staff/estates", "/v1/approvals");
  });
  const settle = () => {
    setTried("settle");
    if (heirs && isReference(proof)) send(() => api.post("/v1/staff/estates/{estate_id}/settlement", { path, body: { heirs, proof: proof.trim() } }));
  };
  const withdraw = () => {
    setTried("withdraw");
    if (isReference(proof)) send(() => api.post("/v1/staff/estates/{estate_id}/withdrawal", { path, body: { proof: proof.trim() } }));
  };
  return (
    <Panel title={t.settle}>
      <form class="stack-s" noValidate onSubmit={(event) => (event.preventDefault(), settle())}>
        <TextArea label={t.heirsField} hint={t.heirsHint} value={text} onInput={setText} error={tried === "settle" && !heirs ? t.heirsWrong : undefined} />
        <Field label={t.proof} maxLength={80} value={proof} onInput={setProof} error={(tried === "withdraw" || (tried && heirs)) && !isReference(proof) ? t.proofMissing : undefined} />
        {doing.failure && <Refused failure={doing.failure} />}
        <div class="row"><Button type="submit" busy={doing.busy}>{t.settle}</Button><Button look="plain" busy={doing.busy} onPress={withdraw}>{t.withdraw}</Button></div>
        <p class="small muted">{t.withdrawLead}</p>
      </form>
    </Panel>
  );
}
