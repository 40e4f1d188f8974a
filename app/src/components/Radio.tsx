/** One choice of a few, as cards: each a real radio button. */
import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";

interface Props<T extends string> {
  legend: string;
  hideLegend?: boolean;
  value: T | undefined;
  options: readonly { value: T; text: string; note?: ComponentChildren; off?: boolean }[];
  onChange: (value: T) => void;
}

export function RadioCards<T extends string>({ legend, hideLegend, value, options, onChange }: Props<T>): VNode {
  const name = useId();
  return (
    <fieldset class="radio-cards">
      <legend class={hideLegend ? "hidden-visually" : undefined}>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} class={`radio-card${option.off ? " off" : ""}`}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            disabled={option.off}
            onChange={() => onChange(option.value)}
          />
          <span class="grow">
            <span class="strong">{option.text}</span>
            {option.note !== undefined && <span class="radio-note">{option.note}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
