/** One account as of any day's end: its counters, and every entry that made them. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { PagedTable } from "../../components/desk/PagedTable";
import { LedgerFigure, Panel, Stat, Stats, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Field } from "../../components/Field";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import type { Column } from "../../components/VirtualTable";
import { dayOf, formatClockFull, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, type ScreenProps, setQuery, useQuery } from "../../lib/router";
import { useGet } from "../../lib/store";
import { accountAt } from "./AccountsScreen";
import en from "./messages.en";
import zh from "./messages.zh";

type Entry = Schemas["EntryView"];

export function AccountScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const { account = "" } = params;
  const asOf = useQuery().get("as_of") ?? "";
  const found = useGet("/v1/ledger/accounts", { query: { q: account, as_of: asOf || null } });
  const own = found.data?.data.find((one) => one.account === account);
  const list = usePages<Entry>(`/v1/ledger/accounts/${encodeURIComponent(account)}/history`, { as_of: asOf });
  const columns = useColumns(account, own?.asset ?? 1, asOf);
  const here = accountAt(account, asOf);
  return (
    <Page title={t.accountTitle(account)} back="/console/ledger/accounts" wide>
      <div class="filters"><Field label={t.asOf} type="date" value={asOf} onInput={(day) => setQuery({ as_of: day })} hint={t.asOfHint} /></div>
      <Shown of={found} lines={3} height="6rem">
        {() => !own ? <Empty text={words.noneFound} action={{ text: t.seeAccounts, href: "/console/ledger/accounts" }} /> : (
          <Stats>
            <Stat name={t.balance} note={`${t.side}: ${word(t.sides, own.normal_side)}`}><LedgerFigure asset={own.asset} amount={own.balance} explain={here} label={t.balance} /></Stat>
            <Stat name={t.debits}><LedgerFigure asset={own.asset} amount={own.counters.debits_posted} explain={here} /></Stat>
            <Stat name={t.credits}><LedgerFigure asset={own.asset} amount={own.counters.credits_posted} explain={here} /></Stat>
            <Stat name={t.kind} note={t.assetName(String(own.asset))}><span class="small">{word(words.ledgerKinds, own.kind)}</span></Stat>
            <Stat name={t.customer}>{own.customer_no ? <a class="cell-link small" href={`/console/orders?q=${own.customer_no}`}>{own.customer_no}</a> : words.nobody}</Stat>
          </Stats>
        )}
      </Shown>
      <Panel title={t.history}>
        <PagedTable of={list} label={t.history} columns={columns} minWidth="48rem" onOpen={(row) => navigate(consoleLinks.transfer(row.transfer_id))} empty={t.noEntries} />
      </Panel>
    </Page>
  );
}

function useColumns(account: string, asset: number, asOf: string): readonly Column<Entry>[] {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const side = (key: "debit_account" | "credit_account", title: string): Column<Entry> => ({
    key, title, width: "minmax(7rem, 1fr)", num: true,
    cell: (row) => row[key] === account && <LedgerFigure asset={asset} amount={row.amount} explain={consoleLinks.transfer(row.transfer_id)} />,
  });
  const other = (row: Entry) => (row.debit_account === account ? row.credit_account : row.debit_account);
  return [
    { key: "at", title: t.at, width: "13rem", cell: (row) => <a class="cell-link" href={consoleLinks.transfer(row.transfer_id)}>{formatDayShort(dayOf(row.at), lang)} {formatClockFull(row.at)}</a> },
    { key: "kind", title: t.entryKind, width: "8rem", cell: (row) => <Tag>{word(words.entryKinds, row.kind)}</Tag> },
    { key: "other", title: t.counter, width: "minmax(9rem, 1fr)", cell: (row) => <a class="cell-link mono" href={accountAt(other(row), asOf)}>{other(row)}</a> },
    side("debit_account", t.into),
    side("credit_account", t.outOf),
    { key: "batch", title: t.batch, width: "5rem", num: true, cell: (row) => row.batch },
  ];
}
