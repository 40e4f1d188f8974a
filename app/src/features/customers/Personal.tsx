/** Name, ID and phone: masked for a purpose, in full only after a second question; all of it recorded. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Panel } from "../../components/desk/parts";
import { type Purpose, PurposeSelect } from "../../components/desk/Purpose";
import { Dialog } from "../../components/Dialog";
import { Check } from "../../components/Field";
import { Fact, Facts } from "../../components/List";
import { Refused } from "../../components/states";
import { useText } from "../../lib/i18n";
import { type Failure, isFailure } from "../../lib/problem";
import { refresh } from "../../lib/store";
import { useStaff } from "../../lib/staff";
import en from "./messages.en";
import zh from "./messages.zh";

type Field = Schemas["RevealBody"]["fields"][number];
type Shown = Readonly<Partial<Record<Field, string>>>;
const FIELDS: readonly Field[] = ["name", "national_id", "phone"];

/** Nothing of it outlives this component: no cache, no address, no storage. */
export function Personal({ customerId }: { customerId: string }): VNode {
  const t = useText(zh, en);
  const [purpose, setPurpose] = useState<Purpose | "">("");
  const [fault, setFault] = useState<string>();
  const [shown, setShown] = useState<Shown>();
  const [isFull, setFull] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const { busy, failure, attempt } = useAttempt();
  const mayReveal = useStaff().is("support", "operator", "compliance");
  const mask = () => {
    setFault(purpose ? undefined : t.purposeMissing);
    if (purpose) void attempt(async () => setShown((await api.get("/v1/staff/customers/{customer_id}", { path: { customer_id: customerId }, query: { purpose } })).masked ?? undefined));
  };
  const reveal = (fields: Field[]) =>
    attempt(async () => {
      if (!purpose) return;
      const answer = await api.post("/v1/staff/customers/{customer_id}/reveal", { path: { customer_id: customerId }, body: { fields, purpose } });
      setShown((old) => ({ ...old, ...answer.fields }));
      setFull(true);
      setAsking(false);
      refresh("/v1/staff/audit");
    });
  const names: Record<Field, string> = { name: t.name, national_id: t.nationalId, phone: t.phone };
  return (
    <Panel title={t.personal} end={shown && <Button look="plain" onPress={() => (setShown(undefined), setFull(false))}>{t.hide}</Button>}>
      <p class="small muted">{isFull ? t.revealed : t.personalNote}</p>
      {failure && <Refused failure={failure} />}
      {!shown ? (
        <div class="search-form"><div class="purpose"><PurposeSelect value={purpose} onChange={setPurpose} error={fault} /></div><Button look="second" busy={busy} onPress={mask}>{t.show}</Button></div>
      ) : (
        <Facts>{FIELDS.map((field) => <Fact key={field} name={names[field]}><span data-personal={field}>{shown[field]}</span></Fact>)}</Facts>
      )}
      {shown && mayReveal && !isFull && <div><Button look="second" onPress={() => setAsking(true)}>{t.reveal}</Button></div>}
      {isAsking && <AskFields names={names} busy={busy} close={() => setAsking(false)} reveal={(fields) => void reveal(fields)} />}
    </Panel>
  );
}

interface AskProps {
  names: Record<Field, string>;
  busy: boolean;
  close: () => void;
  reveal: (fields: Field[]) => void;
}

function AskFields({ names, busy, close, reveal }: AskProps): VNode {
  const t = useText(zh, en);
  const [chosen, setChosen] = useState<readonly Field[]>([]);
  const [fault, setFault] = useState<string>();
  const flip = (field: Field, isOn: boolean) => setChosen((old) => (isOn ? [...old, field] : old.filter((one) => one !== field)));
  const go = () => (chosen.length === 0 ? setFault(t.fieldMissing) : reveal([...chosen]));
  return (
    <Dialog open onClose={close} title={t.revealTitle} footer={<Button busy={busy} onPress={go}>{t.revealNow}</Button>}>
      <p class="small muted">{t.fields}</p>
      {FIELDS.map((field, i) => <Check key={field} label={names[field]} checked={chosen.includes(field)} onChange={(isOn) => flip(field, isOn)} error={i === 0 ? fault : undefined} />)}
    </Dialog>
  );
}

export function useAttempt(): { busy: boolean; failure: Failure | undefined; attempt: (call: () => Promise<void>) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const attempt = async (call: () => Promise<void>) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await call();
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, attempt };
}
