/** Any proposal's form: fields with their checks; what was typed stays when it is refused. */
import type { VNode } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { describe, Field, FieldNotes, Select, useFocusOnError } from "../../components/Field";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { type Failure, isFailure } from "../../lib/problem";
import { navigate } from "../../lib/router";
import { refresh } from "../../lib/store";
import type { Form, FormField, Values } from "./forms";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  form: Form;
  /** What the fields hold at first. */
  first?: Values;
  children?: VNode;
}

export function ProposalForm({ form, first = {}, children }: Props): VNode {
  const t = useText(zh, en);
  const begin = Object.fromEntries(form.fields.map((field) => [field.name, first[field.name] ?? field.options?.[0]?.value ?? ""]));
  const [values, setValues] = useState<Values>(begin);
  const [wrong, setWrong] = useState<string>();
  const { busy, failure, send } = useSending();
  const faultOf = (field: FormField) => field.check(values[field.name] ?? "");
  const submit = (event: Event) => {
    event.preventDefault();
    const bad = form.fields.find((field) => faultOf(field) !== undefined);
    setWrong(bad?.name);
    if (!bad) void send(() => form.send(values));
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      {failure && <Refused failure={failure} />}
      {children}
      {form.fields.map((field) => {
        const fault = wrong === field.name ? faultOf(field) : undefined;
        const set = (value: string) => setValues((old) => ({ ...old, [field.name]: value }));
        return <Entry key={field.name} field={field} value={values[field.name] ?? ""} set={set} error={fault && t[fault]} />;
      })}
      <div><Button type="submit" busy={busy}>{t.send}</Button></div>
    </form>
  );
}

interface EntryProps {
  field: FormField;
  value: string;
  set: (value: string) => void;
  error: string | undefined;
}

function Entry({ field, value, set, error }: EntryProps): VNode {
  if (field.options) return <Select label={field.label} value={value} options={field.options} onChange={set} error={error} />;
  if (field.kind === "lines") return <Lines field={field} value={value} set={set} error={error} />;
  return <Field label={field.label} type={field.kind === "date" ? "date" : "text"} value={value} onInput={set} hint={field.hint} error={error} />;
}

function Lines({ field, value, set, error }: EntryProps): VNode {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useFocusOnError(area, error);
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <div class="field-box">
        <textarea ref={area} id={id} value={value} aria-invalid={error ? true : undefined} aria-describedby={describe(id, field.hint, error)} onInput={(event) => set(event.currentTarget.value)} />
      </div>
      <FieldNotes id={id} hint={field.hint} error={error} />
    </div>
  );
}

/** Sends a proposal and opens it. */
export function useSending(): { busy: boolean; failure: Failure | undefined; send: (call: () => Promise<{ approval: { id: string } }>) => Promise<void> } {
  const t = useText(zh, en);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const send = async (call: () => Promise<{ approval: { id: string } }>) => {
    setBusy(true);
    setFailure(undefined);
    try {
      const { approval } = await call();
      refresh("/v1/approvals");
      toast(t.sent);
      navigate(consoleLinks.approval(approval.id), { replace: true });
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
      setBusy(false);
    }
  };
  return { busy, failure, send };
}
