/** One action on many breaks of one class; a second person decides on all of them at once. */
import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { word } from "../../components/desk/words";
import { Sheet } from "../../components/Dialog";
import { Check } from "../../components/Field";
import { RadioCards } from "../../components/Radio";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatDay } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { navigate } from "../../lib/router";
import { refresh } from "../../lib/store";
import { ACTIONS, type Action, refusalFor } from "./seven";
import type { Break } from "./columns";
import en from "./messages.en";
import zh from "./messages.zh";
import { useWhy, Why } from "./Why";

export interface Chosen {
  rows: ReadonlyMap<string, Break>;
  toggle: (row: Break) => void;
  clear: () => void;
}

/** Returns the rows that are ticked, by id; the same object as long as they are the same. */
export function useChosen(): Chosen {
  const [rows, setRows] = useState<ReadonlyMap<string, Break>>(new Map());
  const toggle = useCallback((row: Break) => setRows((old) => {
    const next = new Map(old);
    if (!next.delete(row.id)) next.set(row.id, row);
    return next;
  }), []);
  const clear = useCallback(() => setRows(new Map()), []);
  return useMemo(() => ({ rows, toggle, clear }), [rows]);
}

export function BulkBar({ chosen, shown }: { chosen: Chosen; shown: readonly Break[] }): VNode | null {
  const t = useText(zh, en);
  const [isOpen, setOpen] = useState(false);
  const rows = [...chosen.rows.values()];
  const first = rows[0];
  if (!first) return null;
  const isMixed = rows.some((row) => row.break_class !== first.break_class);
  const same = shown.filter((row) => row.state === "open" && row.break_class === first.break_class && !chosen.rows.has(row.id));
  return (
    <div class="bulk-bar" role="region" aria-label={t.bulk.title}>
      <p class="strong" role="status">{t.bulk.count(rows.length)} · {isMixed ? t.bulk.mixed : word(t.classes, first.break_class)}</p>
      <div class="row">
        {!isMixed && same.length > 0 && <Button look="plain" onPress={() => same.forEach(chosen.toggle)}>{t.bulk.same(same.length)}</Button>}
        <Button look="plain" onPress={chosen.clear}>{t.bulk.none}</Button>
        <Button off={isMixed} onPress={() => setOpen(true)}>{t.bulk.go}</Button>
      </div>
      {isOpen && <BulkSheet rows={rows} close={() => setOpen(false)} done={chosen.clear} />}
    </div>
  );
}

interface SheetProps {
  rows: readonly Break[];
  close: () => void;
  done: () => void;
}

function BulkSheet({ rows, close, done }: SheetProps): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const [action, setAction] = useState<Action>();
  const [isDay, setDay] = useState(false);
  const why = useWhy();
  const doing = useDoing();
  const first = rows[0];
  if (!first) return null;
  const ofOneDay = rows.every((row) => row.on === first.on && row.fund === first.fund);
  const all = isDay && ofOneDay;
  const send = () => void doing.run(async () => {
    const said = why.check();
    if (!action || !said) return;
    const which = all ? { ids: [], all_of: { fund: first.fund, on: first.on, break_class: first.break_class as "amount_mismatch" } } : { ids: rows.map((row) => row.id) };
    const { approval } = await api.post("/v1/breaks/resolutions", { body: { ...which, action, ...said } });
    done();
    toast(t.flow.sent);
    refresh("/v1/breaks", "/v1/approvals", "/v1/close");
    navigate(consoleLinks.approval(approval.id));
  });
  const options = ACTIONS.map((value) => {
    const no = refusalFor(first.break_class, value);
    return { value, text: t.actionNames[value], note: no ? t.refusals[no] : t.actionNotes[value], off: no !== undefined };
  });
  return (
    <Sheet open onClose={close} title={t.bulk.sheet(word(t.classes, first.break_class))} footer={<Button wide busy={doing.busy} off={!action} onPress={send}>{all ? t.bulk.sendDay : t.bulk.send(rows.length)}</Button>}>
      <RadioCards legend={t.flow.options} value={action} options={[...options.filter((one) => !one.off), ...options.filter((one) => one.off)]} onChange={setAction} />
      {ofOneDay && <Check label={t.bulk.day(first.fund, formatDay(first.on, lang))} checked={isDay} onChange={setDay} />}
      <Why why={why} />
      <p class="small muted">{t.bulk.note}</p>
      {doing.failure && <Refused failure={doing.failure} />}
    </Sheet>
  );
}
