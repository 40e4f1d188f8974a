/** An amount, typed with the pad or any keyboard; the pad is part of the page and covers nothing. */
import type { VNode } from "preact";
import { useId, useRef } from "preact/hooks";
import { cleanAmount, type PadKey, pressKey } from "../lib/entries";
import { describe, FieldNotes, useFocusOnError } from "./Field";
import { DeleteIcon } from "./icons";
import { useKitText } from "./text";

interface Props {
  label: string;
  /** As typed: `100.5`; read it with parseYuan. */
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
  /** What stands before the figure: ¥, or nothing for units. */
  prefix?: string;
}

export function AmountInput({ label, value, onInput, hint, error, prefix = "¥" }: Props): VNode {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useFocusOnError(input, error);
  return (
    <div class="field amount-input">
      <label for={id}>{label}</label>
      <div class="field-box">
        {prefix && <span class="amount-prefix" aria-hidden="true">{prefix}</span>}
        <input
          ref={input}
          id={id}
          type="text"
          // The pad below stands in for the phone's keyboard; others type as ever.
          inputMode="none"
          autocomplete="off"
          value={value}
          aria-invalid={error ? true : undefined}
          aria-describedby={describe(id, hint, error)}
          onInput={(event) => {
            const next = cleanAmount(event.currentTarget.value, value);
            event.currentTarget.value = next;
            onInput(next);
          }}
        />
      </div>
      <FieldNotes id={id} hint={hint} error={error} />
      <Keypad onKey={(key) => onInput(pressKey(value, key))} />
    </div>
  );
}

const KEYS: readonly PadKey[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "delete"];

/** Twelve real buttons. */
export function Keypad({ onKey }: { onKey: (key: PadKey) => void }): VNode {
  const t = useKitText();
  const names: Partial<Record<PadKey, string>> = { ".": t.point, delete: t.deleteDigit };
  return (
    <div class="keypad" role="group" aria-label={t.keypad}>
      {KEYS.map((key) => (
        <button key={key} type="button" aria-label={names[key]} onClick={() => onKey(key)}>
          {key === "delete" ? <DeleteIcon /> : key}
        </button>
      ))}
    </div>
  );
}
