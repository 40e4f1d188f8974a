/** The trial balance, now or at a day's end; the page turns red when debits differ from credits. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { ButtonLink } from "../../components/Button";
import { LedgerFigure, Panel, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Field } from "../../components/Field";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { useText } from "../../lib/i18n";
import { setQuery, useQuery } from "../../lib/router";
import { useGet } from "../../lib/store";
import { Chain } from "./Chain";
import en from "./messages.en";
import zh from "./messages.zh";

type Trial = Schemas["TrialBalanceAnswer"];

export const accountsOf = (asset: number, kind: string, asOf: string) =>
  `/console/ledger/accounts?${new URLSearchParams({ asset: String(asset), kind, ...(asOf ? { as_of: asOf } : {}) })}`;

export function TrialScreen(): VNode {
  const t = useText(zh, en);
  const asOf = useQuery().get("as_of") ?? "";
  const isDay = /^2\d{3}-\d\d-\d\d$/.test(asOf);
  const trial = useGet("/v1/ledger/trial-balance", { query: { as_of: isDay ? asOf : null } });
  const isRed = trial.data?.balanced === false;
  useEffect(() => {
    document.getElementById("main")?.classList.toggle("unbalanced", isRed);
    return () => document.getElementById("main")?.classList.remove("unbalanced");
  }, [isRed]);
  return (
    <Page title={t.trial} wide actions={<ButtonLink look="second" href="/console/ledger/accounts">{t.seeAccounts}</ButtonLink>}>
      <div class="filters"><Field label={t.asOf} type="date" value={asOf} onInput={(day) => setQuery({ as_of: day })} hint={t.asOfHint} /></div>
      <Shown of={trial} lines={10} height="50vh">
        {(data) => (
          <>
            {data.balanced
              ? <div class="alarm alarm-good" role="status"><p class="strong">{t.balanced}</p></div>
              : <div class="alarm alarm-bad" role="alert"><p class="strong">{t.unbalanced}</p></div>}
            <Assets trial={data} asOf={asOf} />
            <Kinds trial={data} asOf={asOf} />
          </>
        )}
      </Shown>
      <Chain />
    </Page>
  );
}

function Assets({ trial, asOf }: { trial: Trial; asOf: string }): VNode {
  const t = useText(zh, en);
  return (
    <Panel title={t.perAsset} tone={trial.balanced ? undefined : "bad"}>
      <TableBox label={t.perAsset}>
        <thead><tr><th scope="col">{t.asset}</th><th scope="col" class="num">{t.debits}</th><th scope="col" class="num">{t.credits}</th><th scope="col" class="num">{t.difference}</th><th scope="col">{t.state}</th></tr></thead>
        <tbody>
          {trial.data.map(({ asset, totals, balanced }) => {
            const link = accountsOf(asset, "", asOf);
            const apart = BigInt(totals.debits_posted) - BigInt(totals.credits_posted);
            return (
              <tr key={asset}>
                <th scope="row">{t.assetName(String(asset))}</th>
                <td class="num"><LedgerFigure asset={asset} amount={totals.debits_posted} explain={link} /></td>
                <td class="num"><LedgerFigure asset={asset} amount={totals.credits_posted} explain={link} /></td>
                <td class="num"><LedgerFigure asset={asset} amount={apart.toString()} explain={link} /></td>
                <td><Tag tone={balanced ? "good" : "bad"}>{balanced ? t.ok : t.unbalanced}</Tag></td>
              </tr>
            );
          })}
        </tbody>
      </TableBox>
    </Panel>
  );
}

function Kinds({ trial, asOf }: { trial: Trial; asOf: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  return (
    <Panel title={t.perKind}>
      <TableBox label={t.perKind}>
        <thead><tr><th scope="col">{t.kind}</th><th scope="col">{t.asset}</th><th scope="col" class="num">{t.accounts}</th><th scope="col" class="num">{t.debits}</th><th scope="col" class="num">{t.credits}</th><th scope="col" class="num">{t.pendingDebits}</th><th scope="col" class="num">{t.pendingCredits}</th></tr></thead>
        <tbody>
          {trial.kinds.map(({ asset, kind, accounts, totals }) => {
            const link = accountsOf(asset, kind, asOf);
            const sums = [totals.debits_posted, totals.credits_posted, totals.debits_pending, totals.credits_pending];
            return (
              <tr key={`${asset} ${kind}`}>
                <th scope="row"><a class="cell-link" href={link}>{word(words.ledgerKinds, kind)}</a></th>
                <td>{t.assetName(String(asset))}</td>
                <td class="num">{accounts}</td>
                {sums.map((sum, i) => <td key={i} class="num"><LedgerFigure asset={asset} amount={sum} explain={link} /></td>)}
              </tr>
            );
          })}
        </tbody>
      </TableBox>
    </Panel>
  );
}
