/** Accounts as of any day's end, found by kind, asset and number. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { ButtonLink } from "../../components/Button";
import { PagedTable } from "../../components/desk/PagedTable";
import { Filters, LedgerFigure } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Field, Select } from "../../components/Field";
import { Page } from "../../components/Page";
import type { Column } from "../../components/VirtualTable";
import { useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { usePages } from "../../lib/pages";
import { navigate, setQuery, useQuery } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Account = Schemas["LedgerAccountView"];

export const accountAt = (account: string, asOf: string) => consoleLinks.account(account) + (asOf ? `?as_of=${asOf}` : "");

export function AccountsScreen(): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const query = useQuery();
  const get = (name: string) => query.get(name) ?? "";
  const [q, setQ] = useState(get("q"));
  const asked = { q: get("q"), asset: get("asset"), kind: get("kind"), as_of: get("as_of") };
  const list = usePages<Account>("/v1/ledger/accounts", asked);
  const trial = useGet("/v1/ledger/trial-balance").data;
  const assets = [...new Set((trial?.data ?? []).map((one) => String(one.asset)))];
  const kinds = [...new Set((trial?.kinds ?? []).map((one) => one.kind))];
  const any = { value: "", text: words.all };
  const clear = () => (setQ(""), setQuery({ q: "", asset: "", kind: "", as_of: "" }));
  return (
    <Page title={t.accountsTitle} back="/console/ledger" wide actions={<ButtonLink look="second" href="/console/ledger">{t.seeTrial}</ButtonLink>}>
      <form onSubmit={(event) => (event.preventDefault(), setQuery({ q: q.trim() }))}>
        <Filters label={words.filters}>
          <Field label={t.search} type="search" inputMode="numeric" value={q} onInput={setQ} />
          <Select label={t.kind} value={asked.kind} options={[any, ...kinds.map((value) => ({ value, text: word(words.ledgerKinds, value) }))]} onChange={(kind) => setQuery({ kind })} />
          <Select label={t.asset} value={asked.asset} options={[any, ...assets.map((value) => ({ value, text: t.assetName(value) }))]} onChange={(asset) => setQuery({ asset })} />
          <Field label={t.asOf} type="date" value={asked.as_of} onInput={(day) => setQuery({ as_of: day })} />
        </Filters>
      </form>
      <PagedTable
        of={list} label={t.accountsTitle} columns={useColumns(asked.as_of)} minWidth="52rem"
        onOpen={(row) => navigate(accountAt(row.account, asked.as_of))} clear={clear}
      />
    </Page>
  );
}

function useColumns(asOf: string): readonly Column<Account>[] {
  const t = useText(zh, en);
  const words = useWords();
  const figure = (key: string, title: string, of: (row: Account) => string): Column<Account> => ({
    key, title, width: "minmax(8rem, 1fr)", num: true, cell: (row) => <LedgerFigure asset={row.asset} amount={of(row)} explain={accountAt(row.account, asOf)} />,
  });
  return [
    { key: "account", title: t.account, width: "minmax(9rem, 1fr)", cell: (row) => <a class="cell-link mono" href={accountAt(row.account, asOf)}>{row.account}</a> },
    { key: "kind", title: t.kind, width: "minmax(9rem, 1.2fr)", cell: (row) => word(words.ledgerKinds, row.kind) },
    { key: "asset", title: t.asset, width: "8rem", cell: (row) => t.assetName(String(row.asset)) },
    { key: "customer", title: t.customer, width: "6rem", cell: (row) => row.customer_no ?? words.nobody },
    figure("debits", t.debits, (row) => row.counters.debits_posted),
    figure("credits", t.credits, (row) => row.counters.credits_posted),
    figure("balance", t.balance, (row) => row.balance),
  ];
}
