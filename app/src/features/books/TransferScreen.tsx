/** One transfer: its two accounts, and the way back to order, event and request. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Code, LedgerFigure, Panel, Stat, Stats, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatAt, formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Answer = Schemas["TransferAnswer"];
const search = (id: string) => `/console/orders?q=${encodeURIComponent(id)}`;

export function TransferScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const { id = "" } = params;
  const found = useGet("/v1/ledger/transfers/{transfer_id}", { path: { transfer_id: id } });
  return (
    <Page title={t.transferTitle} back="/console/ledger/accounts" wide>
      <Shown of={found} lines={10} height="50vh">
        {(data) => (
          <>
            <Head transfer={data.transfer} />
            <div class="split"><Why answer={data} /><Where transfer={data.transfer} /></div>
          </>
        )}
      </Shown>
    </Page>
  );
}

function Head({ transfer }: { transfer: Answer["transfer"] }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const side = (ref: Answer["transfer"]["debit"]) => (
    <a class="cell-link small" href={consoleLinks.account(ref.account)}>{word(words.ledgerKinds, ref.kind)}</a>
  );
  const note = (ref: Answer["transfer"]["debit"]) => (ref.customer_no ? `${ref.account} · ${t.customer} ${ref.customer_no}` : ref.account);
  return (
    <Stats>
      <Stat name={t.amount} note={t.assetName(String(transfer.asset))}><LedgerFigure asset={transfer.asset} amount={transfer.amount} explain={consoleLinks.account(transfer.debit.account)} /></Stat>
      <Stat name={t.debit} note={note(transfer.debit)}>{side(transfer.debit)}</Stat>
      <Stat name={t.credit} note={note(transfer.credit)}>{side(transfer.credit)}</Stat>
      <Stat name={t.entryKind} note={transfer.hold_state ? t.holdIs(word(t.holdStates, transfer.hold_state)) : undefined}><Tag>{word(words.entryKinds, transfer.kind)}</Tag></Stat>
    </Stats>
  );
}

function Why({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const found = (id: string | null) => (id ? <a class="cell-link hash" href={search(id)}>{id}</a> : <span class="muted">{words.nobody}</span>);
  return (
    <Panel title={t.why}>
      <Facts>
        <Fact name={t.order}>{answer.order_id ? <a class="cell-link hash" href={consoleLinks.order(answer.order_id)}>{answer.order_id}</a> : words.nobody}</Fact>
        <Fact name={t.event}>{found(answer.event_id)}</Fact>
        <Fact name={t.request}>{answer.request_id ? found(answer.request_id) : <span class="muted">{t.system}</span>}</Fact>
        <Fact name={t.key}>{found(answer.idempotency_key)}</Fact>
        {answer.transfer.reference && <Fact name={t.reference}><a class="cell-link hash" href={consoleLinks.transfer(answer.transfer.reference)}>{answer.transfer.reference}</a></Fact>}
      </Facts>
    </Panel>
  );
}

function Where({ transfer }: { transfer: Answer["transfer"] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <Panel title={t.where}>
      <Facts>
        <Fact name={t.at}>{formatAt(transfer.at, lang)}</Fact>
        <Fact name={t.effective}>{formatDay(transfer.effective_on, lang)}</Fact>
        <Fact name={t.shard}>{transfer.shard}</Fact>
        <Fact name={t.batch}>{transfer.batch} · {t.place} {transfer.place}</Fact>
        <Fact name={t.code}>{transfer.code}</Fact>
        <Fact name={t.result}>{word(t.results, transfer.result)}</Fact>
        <Fact name={t.hash}><Code text={transfer.batch_hash} length={24} /></Fact>
      </Facts>
    </Panel>
  );
}
