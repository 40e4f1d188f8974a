/** Says to a customer what is wrong with an amount. */
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { formatFen } from "../../lib/money";
import type { Fault } from "./faults";
import en from "./messages.en";
import zh from "./messages.zh";

export function useFaultWords(): (fault: Fault) => string {
  const { faults: t } = useText(zh, en);
  const lang = useLang();
  return (fault) => {
    switch (fault.kind) {
      case "empty": return t.empty;
      case "below": return t.below(formatFen(fault.least));
      case "single": return t.single(formatFen(fault.limit));
      case "left": return t.left(formatFen(fault.left), formatAt(fault.resets, lang));
      case "count": return t.count(formatAt(fault.resets, lang));
    }
  };
}
