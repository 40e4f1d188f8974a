/** One file: when it came, its digest, where in it a refusal stands, and asking for it again. */
import type { VNode } from "preact";
import { api, type Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { shortAt } from "../../components/desk/orders";
import { Code } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Sheet } from "../../components/Dialog";
import { Fact, Facts } from "../../components/List";
import { Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatAt, formatDay } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { useStaff } from "../../lib/staff";
import { refresh, useGet } from "../../lib/store";
import { count, type File, FileState, typeText } from "./ManagerFiles";
import en from "./messages.en";
import zh from "./messages.zh";

export function FileSheet({ id, close }: { id: string; close: () => void }): VNode {
  const t = useText(zh, en);
  const found = useGet("/v1/staff/manager-files/{file_id}", { path: { file_id: id } });
  const file = found.data?.data;
  return (
    <Sheet open onClose={close} title={file ? typeText(t, file.type) : t.file.one} footer={file && <Again file={file} />}>
      <Shown of={found} lines={10} height="26rem">{({ data }) => <Body file={data} />}</Shown>
    </Sheet>
  );
}

function Body({ file }: { file: File }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const at = (name: string, instant: string | null) => instant && <Fact name={name}>{formatAt(instant, lang)}</Fact>;
  return (
    <>
      {file.refusal && <Refusal why={file.refusal} isRefused={file.state === "refused"} />}
      <Facts>
        <Fact name={t.state}><FileState file={file} /></Fact>
        <Fact name={t.file.day}>{formatDay(file.day, lang)}</Fact>
        <Fact name={t.file.way}>{word(t.file.ways, file.direction)} · {file.agent}</Fact>
        <Fact name={t.file.name}><span class="mono small">{file.name || words.nobody}</span></Fact>
        {at(t.file.expected, file.expected_at)}
        {at(t.file.arrived, file.arrived_at)}
        {at(t.file.sent, file.sent_at)}
        {at(t.file.ended, file.ended_at)}
        <Fact name={t.file.rows}>{count(file.record_count) ?? words.nobody}</Fact>
        <Fact name={t.file.size}>{file.size_bytes ? t.file.bytes(count(file.size_bytes) ?? "") : words.nobody}</Fact>
        <Fact name={t.file.sha}>{file.sha256 ? <Code text={file.sha256} length={24} /> : words.nobody}</Fact>
        {file.place && <Fact name={t.file.place}><span class="mono small">{file.place}</span></Fact>}
        {file.pulled_at.length > 0 && <Fact name={t.file.pulled}>{file.pulled_at.map((each) => shortAt(each, lang)).join(" · ")}</Fact>}
      </Facts>
    </>
  );
}

/** Why it was refused: in words, with the record, the byte and the field; and what to do. */
function Refusal({ why, isRefused }: { why: Schemas["FileRefusal"]; isRefused: boolean }): VNode {
  const t = useText(zh, en);
  const facts = Object.entries(why.facts).map(([name, value]) => `${word(t.file.facts, name)} ${value}`);
  const where = [...placeOf(t, why), ...facts].join(" · ");
  return (
    <div class={isRefused ? "alarm alarm-bad" : "alarm alarm-warn"} role="note">
      <div class="stack-s">
        <p class="strong">{why.title}</p>
        {where && <p>{where}</p>}
        {isRefused && <p class="small">{t.file.aside}</p>}
        {why.next_step && <p class="small">{why.next_step}</p>}
        <p class="tiny mono" translate={false}>{why.code}</p>
      </div>
    </div>
  );
}

/** Returns the record, the byte and the field, as far as they are known. */
function placeOf(t: typeof zh, { record, offset, field }: Schemas["FileRefusal"]): string[] {
  return [
    record === null ? "" : t.file.record(count(record) ?? ""),
    offset === null ? "" : t.file.offset(count(offset) ?? ""),
    field === null ? "" : t.file.field(fieldText(t, field)),
  ].filter(Boolean);
}

function fieldText(t: typeof zh, field: string): string {
  const known: Readonly<Partial<Record<string, string>>> = t.fields;
  const said = known[field];
  return said ? `${said} (${field})` : field;
}

function Again({ file }: { file: File }): VNode | null {
  const t = useText(zh, en);
  const staff = useStaff();
  const doing = useDoing();
  if (!file.can_pull) return null;
  if (!staff.is("operator")) return <p class="small muted">{t.file.operators}</p>;
  const pull = () => void doing.run(async () => {
    await api.post("/v1/staff/manager-files/{file_id}/repull", { path: { file_id: file.id } });
    toast(t.file.askedNow);
    refresh("/v1/staff/manager-files", "/v1/staff/connections");
  });
  return (
    <>
      {doing.failure && <Refused failure={doing.failure} />}
      <Button wide look={file.state === "refused" || file.state === "late" ? "primary" : "second"} busy={doing.busy} off={file.pull_wanted} onPress={pull}>{file.pull_wanted ? t.file.asked : t.file.again}</Button>
    </>
  );
}
