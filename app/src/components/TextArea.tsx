/** A labelled field of several lines, with hint and error as other fields have them. */
import type { VNode } from "preact";
import { useId, useRef } from "preact/hooks";
import { describe, FieldNotes, useFocusOnError } from "./Field";

interface Props {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
  rows?: number;
}

export function TextArea({ label, value, onInput, hint, error, rows = 4 }: Props): VNode {
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  useFocusOnError(input, error);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        <textarea
          ref={input} id={id} rows={rows} value={value} aria-invalid={error ? true : undefined}
          aria-describedby={describe(id, hint, error)} onInput={(event) => onInput(event.currentTarget.value)}
        />
      </div>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}
