/** Codes and payment passwords: one field each, which can be pasted into. */
import type { VNode } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { cleanDigits } from "../lib/entries";
import { Button } from "./Button";
import { describe, FieldNotes, useFocusOnError } from "./Field";
import { useKitText } from "./text";

interface Props {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** Called once with the whole code, as soon as its last digit is there. */
  onComplete?: ((code: string) => void) | undefined;
  length?: number;
  hint?: string | undefined;
  error?: string | undefined;
}

/** A code from a text message. */
export function CodeInput(props: Props): VNode {
  return <Digits {...props} secret={false} />;
}

/** The payment password: six digits, hidden unless asked for; never read aloud. */
export function PasswordInput(props: Props): VNode {
  return <Digits {...props} secret />;
}

function Digits(props: Props & { secret: boolean }): VNode {
  const { label, value, onInput, onComplete, length = 6, hint, error, secret } = props;
  const t = useKitText();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(!secret);
  useFocusOnError(input, error);
  const take = (typed: string) => {
    const next = cleanDigits(typed, length);
    if (input.current) input.current.value = next;
    onInput(next);
    if (next.length === length && next !== value) onComplete?.(next);
  };
  return (
    <div class="field code-input">
      <label for={id}>{label}</label>
      <div class="field-box">
        <input
          ref={input}
          id={id}
          type={(shown ? "text" : "password") as "text"}
          inputMode="numeric"
          autocomplete={secret ? "off" : "one-time-code"}
          value={value}
          aria-invalid={error ? true : undefined}
          aria-describedby={[`${id}-left`, describe(id, hint, error)].filter(Boolean).join(" ")}
          onInput={(event) => take(event.currentTarget.value)}
        />
        {secret && (
          <Button look="plain" onPress={() => setShown(!shown)}>{shown ? t.hidePassword : t.showPassword}</Button>
        )}
      </div>
      <p class="hidden-visually" id={`${id}-left`}>{t.digitsLeft(length - value.length)}</p>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}
