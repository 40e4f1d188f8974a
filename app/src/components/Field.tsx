/** One labelled field with hint and error; the error takes the focus to the field. */
import type { VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  /** What is wrong, in the customer's words; setting it moves the focus here. */
  error?: string | undefined;
  type?: "text" | "tel" | "password" | "search" | "date" | "datetime-local" | "url" | "month";
  inputMode?: "text" | "numeric" | "decimal" | "tel" | "url";
  autocomplete?: string;
  maxLength?: number;
  name?: string;
  required?: boolean;
  readOnly?: boolean;
  suffix?: VNode;
}

export function Field(props: Props): VNode {
  const { label, value, onInput, hint, error, type = "text", suffix } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useFocusOnError(input, error);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        {/* Preact types each kind of input apart; all kinds here take the same attributes. */}
        <input
          ref={input}
          id={id}
          type={type as "text"}
          value={value}
          name={props.name}
          inputMode={props.inputMode}
          autocomplete={props.autocomplete ?? "off"}
          maxLength={props.maxLength}
          readOnly={props.readOnly}
          aria-required={props.required || undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={describe(id, hint, error)}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        {suffix}
      </div>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

/** Hint and error of a field; the error is announced when it appears. */
export function FieldNotes({ id, hint, error }: { id: string; hint?: string | undefined; error?: string | undefined }): VNode {
  return (
    <>
      {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
      <p class="field-error" id={`${id}-error`} role="alert">{error}</p>
    </>
  );
}

export function describe(id: string, hint?: string, error?: string): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
}

/** Moves the focus to a field as soon as something is wrong with it. */
export function useFocusOnError(input: { current: HTMLElement | null }, error: string | undefined): void {
  useEffect(() => {
    if (error) input.current?.focus();
  }, [error]);
}

interface ChoiceProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  hint?: string | undefined;
  error?: string | undefined;
}

/** A tick box; agreements are never ticked beforehand. */
export function Check({ label, checked, onChange, hint, error }: ChoiceProps): VNode {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useFocusOnError(input, error);
  return (
    <div class="field">
      <label class="check" for={id}>
        <input
          ref={input}
          id={id}
          type="checkbox"
          checked={checked}
          aria-invalid={error ? true : undefined}
          aria-describedby={describe(id, hint, error)}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

interface SelectProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; text: string }[];
  onChange: (value: T) => void;
  hint?: string | undefined;
  error?: string | undefined;
}

export function Select<T extends string>({ label, value, options, onChange, hint, error }: SelectProps<T>): VNode {
  const id = useId();
  const input = useRef<HTMLSelectElement>(null);
  useFocusOnError(input, error);
  const choose = (picked: string) => {
    const option = options.find((one) => one.value === picked);
    if (option) onChange(option.value);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        <select
          ref={input}
          id={id}
          value={value}
          aria-invalid={error ? true : undefined}
          aria-describedby={describe(id, hint, error)}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
        </select>
      </div>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}
