/** Figures that are not money: units, yields, income of 10,000 units. */
import type { VNode } from "preact";
import { formatPer10k, formatUnits, formatYield, type SignShown } from "../lib/money";
import { amountsHidden } from "../lib/settings";
import { useValue } from "../lib/state";
import { useKitText } from "./text";

/** `12,345.67 份`; hidden together with the amounts. */
export function Units({ units, sign = "auto" }: { units: string | bigint; sign?: SignShown }): VNode {
  const t = useKitText();
  const hidden = useValue(amountsHidden);
  return <span class="nowrap">{hidden ? "••••" : formatUnits(units, sign)} {t.units}</span>;
}

interface FigureProps {
  /** Undefined or null where nothing is published. */
  value: string | null | undefined;
  /** Where it is explained. */
  explain?: string | undefined;
  label?: string | undefined;
}

/** `4.950%` */
export function Yield(props: FigureProps): VNode {
  return <Figure {...props} shown={props.value ? formatYield(props.value) : undefined} />;
}

/** `1.3692`, in yuan. */
export function Per10k(props: FigureProps): VNode {
  return <Figure {...props} shown={props.value ? formatPer10k(props.value) : undefined} />;
}

function Figure({ shown, explain, label }: FigureProps & { shown: string | undefined }): VNode {
  const t = useKitText();
  if (!shown) return <span class="muted">{t.noValue}</span>;
  if (!explain) return <span class="figure">{shown}</span>;
  return <a class="figure" href={explain} aria-label={`${label ? `${label} ` : ""}${shown} ${t.explain}`}>{shown}</a>;
}
