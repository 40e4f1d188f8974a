/** Where the platform's clock stands; the time machine's switches come here. */
import type { VNode } from "preact";
import { formatAt } from "../lib/dates";
import { businessTime } from "../lib/http";
import { useLang, useText } from "../lib/i18n";
import { useValue } from "../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";

export function TimeBar(): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const at = useValue(businessTime);
  return at ? <p class="time-bar-now small">{t.now(formatAt(at, lang))}</p> : null;
}
