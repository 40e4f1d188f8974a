/** Who did what about a break's day. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { useAct } from "../../components/desk/acts/useAct";
import { Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  breakId: string;
  data: Schemas["QueuedBreakView"] | undefined;
}

export function History({ breakId, data }: Props): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useAct();
  const acts = useGet("/v1/staff/audit", { query: { from: data?.on ?? null, limit: 200 } });
  const about = (act: Schemas["ActView"]) => {
    const told = [act.object_id, ...Object.values(act.facts).map(String)];
    return told.includes(breakId) || (data !== undefined && told.includes(data.on)) || (act.type.startsWith("staff.due") && data?.state === "open");
  };
  return (
    <Shown of={acts} lines={4}>
      {(page) => {
        const own = page.data.filter(about);
        if (own.length === 0) return <p class="muted">{t.noAudit}</p>;
        return (
          <ul class="plain-rows">
            {own.map((act) => (
              <li key={act.event_id}>
                <p><span class="strong">{inWords(act.type)}</span> <span class="tiny muted mono">{act.type}</span></p>
                <p class="small muted">{act.actor.replace(/^staff:/, "")} · {formatAt(act.at, lang)}</p>
              </li>
            ))}
          </ul>
        );
      }}
    </Shown>
  );
}
