/** A rule's rows in order: walks from the shown one to those before and after it. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api/client";
import { Tag } from "../../components/desk/parts";
import { Loading, Refused } from "../../components/states";
import { addDays, formatDate } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { type Failure, isFailure } from "../../lib/problem";
import { useSources } from "../../lib/sources";
import en from "./messages.en";
import zh from "./messages.zh";
import { type Policy, PolicyValue } from "./PoliciesScreen";

/** No rule has had more rows than this. */
const MOST = 24;

async function rowOn(like: Policy, on: string): Promise<Policy | undefined> {
  const { data } = await api.get("/v1/policies", { query: { on } });
  return data.find((row) => row.rule === like.rule && row.fund === like.fund && row.distributor === like.distributor && row.jurisdiction === like.jurisdiction);
}

async function rowsOf(start: Policy): Promise<readonly Policy[]> {
  const rows = [start];
  for (let row: Policy | undefined = start; row && rows.length < MOST;) {
    row = await rowOn(start, addDays(row.effective_from, -1));
    if (row) rows.unshift(row);
  }
  for (let row: Policy | undefined = start; row?.effective_to && rows.length < 2 * MOST;) {
    row = await rowOn(start, row.effective_to);
    if (row) rows.push(row);
  }
  return rows;
}

export function History({ row }: { row: Policy }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const [rows, setRows] = useState<readonly Policy[]>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    let isLeft = false;
    rowsOf(row).then(
      (found) => isLeft || setRows(found),
      (error: unknown) => {
        if (!isFailure(error)) throw error;
        if (!isLeft) setFailure(error);
      },
    );
    return () => (isLeft = true, undefined);
  }, [row]);
  if (failure) return <Refused failure={failure} quiet />;
  if (!rows) return <Loading lines={2} height="5rem" />;
  const place = rows.findIndex((one) => one.effective_from === row.effective_from);
  return (
    <ol class="rule-rows">
      {rows.map((one, i) => (
        <li key={one.effective_from}>
          <p class="row"><Tag tone={i === place ? "good" : i < place ? "plain" : "brand"}>{i === place ? t.now : i < place ? t.past : t.coming}</Tag><span class="strong">{formatDate(one.effective_from, lang)} → {one.effective_to ? formatDate(one.effective_to, lang) : t.open}</span></p>
          <PolicyValue row={one} />
          <p class="tiny muted">{inWords(one.source)}</p>
        </li>
      ))}
    </ol>
  );
}
