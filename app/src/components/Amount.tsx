/** Every amount of money on every screen. */
import type { VNode } from "preact";
import { formatFen, HIDDEN, type SignShown, whole } from "../lib/money";
import { amountsHidden } from "../lib/settings";
import { useValue } from "../lib/state";
import { useKitText } from "./text";

interface Props {
  /** Whole fen, as the API sends them. */
  fen: string | bigint;
  /** Where this figure is explained; `inside` when the link around it leads there. */
  explain: string;
  size?: "s" | "m" | "l" | "xl";
  /** `always` writes + as well and colours gain and loss; `moves` writes + as well. */
  sign?: SignShown;
  /** What the amount is, for screen readers: "Yesterday's income". */
  label?: string;
}

export function Amount({ fen, explain, size = "m", sign = "auto", label }: Props): VNode {
  const hidden = useValue(amountsHidden);
  const t = useKitText();
  const value = typeof fen === "string" ? whole(fen) : fen;
  const shown = hidden ? HIDDEN : formatFen(value, sign);
  const classes = `amount amount-${size}${hidden ? "" : toneOf(value, sign)}`;
  if (explain === "inside")
    return <span class={classes} data-amount="inside">{shown}</span>;
  return (
    <a class={classes} href={explain} data-amount="link" aria-label={`${label ? `${label} ` : ""}${shown} ${t.explain}`}>
      {shown}
    </a>
  );
}

function toneOf(value: bigint, sign: SignShown): string {
  if (sign !== "always") return "";
  return value > 0n ? " gain" : value < 0n ? " loss" : " neutral";
}
