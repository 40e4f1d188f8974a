/** What stands behind an order: entries in the ledger, events, requests and stored answers. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { shortAt } from "../../components/desk/orders";
import { Code, LedgerFigure, Panel, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import en from "./messages.en";
import zh from "./messages.zh";

interface Props {
  trace: Schemas["OrderTraceAnswer"];
}

export function Transfers({ trace }: Props): VNode {
  const t = useText(zh, en);
  const words = useWords();
  return (
    <Panel title={t.transfers}>
      {trace.transfers.length === 0 ? <p class="muted small">{words.noneFound}</p> : (
        <TableBox label={t.transfers}>
          <thead><tr><th scope="col">{t.kind}</th><th scope="col">{t.debit}</th><th scope="col">{t.credit}</th><th scope="col" class="num">{t.amount}</th></tr></thead>
          <tbody>
            {trace.transfers.map((transfer) => (
              <tr key={transfer.id}>
                <td><a class="cell-link" href={consoleLinks.transfer(transfer.id)}>{word(words.entryKinds, transfer.kind)}</a></td>
                {[transfer.debit, transfer.credit].map((side, i) => <td key={i}><a class="cell-link" href={consoleLinks.account(side.account)}>{side.kind ? word(words.ledgerKinds, side.kind) : side.account}</a></td>)}
                <td class="num"><LedgerFigure asset={transfer.asset} amount={transfer.amount} explain={consoleLinks.transfer(transfer.id)} /></td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      )}
    </Panel>
  );
}

export function Events({ trace }: Props): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <Panel title={t.events}>
      <div>
        {trace.events.map((event) => (
          <details key={event.id} class="more">
            <summary><span class="mono">{event.type}</span><span class="muted">{shortAt(event.business_time, lang)} · #{event.seq}</span></summary>
            <pre class="raw" tabIndex={0}>{JSON.stringify(event, null, 2)}</pre>
          </details>
        ))}
      </div>
    </Panel>
  );
}

export function Requests({ trace }: Props): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <Panel title={t.requests}>
      {trace.requests.map((request) => (
        <div key={request.event_id} class="row-apart small">
          <span class="row"><Code text={request.request_id} length={30} /><span class="mono">{request.type}</span></span>
          <span class="row muted"><Code text={request.idempotency_key} length={36} />{shortAt(request.business_time, lang)}</span>
        </div>
      ))}
      <h3>{t.answers}</h3>
      {trace.answers.length === 0 && <p class="muted small">{t.noAnswer}</p>}
      {trace.answers.map((answer, i) => (
        <details key={i} class="more">
          <summary><Tag tone={(answer.status ?? 0) < 400 ? "good" : "bad"}>{answer.status}</Tag>{t.raw}</summary>
          <pre class="raw" tabIndex={0}>{pretty(answer.body)}</pre>
        </details>
      ))}
    </Panel>
  );
}

function pretty(body: string | null): string {
  if (body === null) return "—";
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body; // cut off, or no JSON: as it was sent
  }
}
