/** What holds a day up, or is noted beside a day that closed; each with a way to its evidence. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Difference } from "../../components/desk/Difference";
import { Panel, TableBox } from "../../components/desk/parts";
import { word } from "../../components/desk/words";
import { useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";
import { useBreaks } from "./Ways";

interface Props {
  day: Schemas["CloseDayAnswer"];
  /** Proposes to let a day with a loss close; only for who may. */
  propose: (() => void) | undefined;
  busy: boolean;
}

export function Blocking({ day, propose, busy }: Props): VNode | null {
  const t = useText(zh, en);
  const isClosed = day.state === "done";
  const isNegative = day.breaks.some((one) => one.kind === "negative_income");
  if (day.breaks.length === 0) return null;
  const note = isClosed ? t.notedNote : t.blockedBy(String(day.breaks.length));
  return (
    <Panel title={isClosed ? t.noted : t.blocks} tone={isClosed ? undefined : "bad"} end={<span class="small muted">{note} · <a href="/docs/runbook/close-blocked" target="_blank" rel="noopener">{t.runbook}</a></span>}>
      {isNegative && !isClosed && (
        <div class="alarm alarm-warn"><p>{t.negative}</p>{propose && <Button look="second" busy={busy} onPress={propose}>{t.proposeNegative}</Button>}</div>
      )}
      <Breaks day={day} />
    </Panel>
  );
}

function Breaks({ day }: { day: Props["day"] }): VNode {
  const t = useText(zh, en);
  const rows = useBreaks(day.fund, day.on);
  return (
    <TableBox label={day.state === "done" ? t.noted : t.blocks}>
      <thead><tr><th scope="col">{t.kind}</th><th scope="col" class="num">{t.ours}</th><th scope="col" class="num">{t.theirs}</th><th scope="col" class="num">{t.difference}</th><th scope="col" class="num">{t.lines}</th><th scope="col">{t.evidence}</th></tr></thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row"><a class="cell-link" href={consoleLinks.break(row.id)}>{word(t.why, row.kind)}</a></th>
            {[row.ours, row.theirs, row.difference].map((figure, i) => (
              <td key={i} class="num"><Difference unit={row.unit} figure={figure} signed={i === 2} explain={consoleLinks.break(row.id)} /></td>
            ))}
            <td class="num">{row.rows_count}</td>
            <td><a class="cell-link" href={consoleLinks.break(row.id)}>{t.seeBreak}</a></td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}
