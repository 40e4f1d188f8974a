/** Why something is done about a break, and by which proof: nothing goes on without both. */
import type { VNode } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { describe, Field, FieldNotes, useFocusOnError } from "../../components/Field";
import { useText } from "../../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";

/** As short as the API takes them. */
const LEAST = 3;

interface Said {
  reason: string;
  evidence: string;
}

export interface WhyState {
  said: Said;
  put: (part: Partial<Said>) => void;
  missing: "reason" | "evidence" | undefined;
  /** Returns what was said, or shows which is missing. */
  check: () => Said | undefined;
}

export function useWhy(): WhyState {
  const [said, setSaid] = useState<Said>({ reason: "", evidence: "" });
  const [missing, setMissing] = useState<"reason" | "evidence">();
  const put = (part: Partial<Said>) => {
    setSaid((old) => ({ ...old, ...part }));
    setMissing(undefined);
  };
  const check = () => {
    const trimmed = { reason: said.reason.trim(), evidence: said.evidence.trim() };
    const first = trimmed.reason.length < LEAST ? "reason" : trimmed.evidence.length < LEAST ? "evidence" : undefined;
    setMissing(first);
    return first ? undefined : trimmed;
  };
  return { said, put, missing, check };
}

export function Why({ why }: { why: WhyState }): VNode {
  const t = useText(zh, en);
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const error = why.missing === "reason" ? t.flow.reasonMissing : undefined;
  useFocusOnError(area, error);
  return (
    <>
      <div class="field">
        <label for={id}>{t.flow.reason}</label>
        <div class="field-box">
          <textarea ref={area} id={id} value={why.said.reason} maxLength={500} aria-required aria-invalid={error ? true : undefined} aria-describedby={describe(id, undefined, error)} onInput={(event) => why.put({ reason: event.currentTarget.value })} />
        </div>
        <FieldNotes id={id} error={error} />
      </div>
      <Field label={t.flow.evidence} hint={t.flow.evidenceHint} required maxLength={500} value={why.said.evidence} error={why.missing === "evidence" ? t.flow.evidenceMissing : undefined} onInput={(evidence) => why.put({ evidence })} />
    </>
  );
}
