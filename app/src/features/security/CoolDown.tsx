/** How long money stands still after a change of password or phone. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ClockIcon } from "../../components/icons";
import { between, formatAt, formatSpan } from "../../lib/dates";
import { businessTime } from "../../lib/http";
import { useLang, useText } from "../../lib/i18n";
import { useValue } from "../../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";

export function CoolDown({ until }: { until: string }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const now = useValue(businessTime);
  const gone = useSecondsSince(now);
  const left = now ? between(now, until) - gone * 1000 : 0;
  if (left <= 0) return null;
  return (
    <section class="notice notice-warn">
      <h2 class="row"><ClockIcon />{t.coolDown}</h2>
      <p class="amount-l" role="timer">{t.coolDownLeft(formatSpan(left, lang))}</p>
      <p class="small">{t.coolDownText(formatAt(until, lang))}</p>
    </section>
  );
}

/** The platform's clock runs between two answers as ours does. */
function useSecondsSince(now: string): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    const started = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - started) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [now]);
  return seconds;
}
