/** The rules in force on any day; each with what was before it and what comes. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button, ButtonLink } from "../../components/Button";
import { Filters, Panel, TableBox, Tag } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Field } from "../../components/Field";
import { Page } from "../../components/Page";
import { useRuleWords } from "../../components/rules/words";
import { Empty, Shown } from "../../components/states";
import { formatDate } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { setQuery, useQuery } from "../../lib/router";
import { useSources } from "../../lib/sources";
import { useStaff } from "../../lib/staff";
import { useGet } from "../../lib/store";
import { History } from "./History";
import en from "./messages.en";
import zh from "./messages.zh";

export type Policy = Schemas["PolicyView"];
const keyOf = (row: Policy) => `${row.rule}|${row.fund}|${row.distributor}|${row.jurisdiction}`;

export function PoliciesScreen(): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const names = useRuleWords();
  const query = useQuery();
  const on = query.get("on") ?? "";
  const rule = query.get("rule") ?? "";
  const [find, setFind] = useState(rule);
  const found = useGet("/v1/policies", { query: { on: on || null } });
  const isOperator = useStaff().is("operator");
  return (
    <Page title={t.title} wide actions={isOperator && <ButtonLink look="second" href={consoleLinks.propose("policy", rule ? { rule } : {})}>{t.propose}</ButtonLink>}>
      <Filters label={words.filters}>
        <Field label={t.on} type="date" value={on} onInput={(day) => setQuery({ on: day })} hint={t.onHint} />
        <Field label={t.find} type="search" value={find} onInput={setFind} />
      </Filters>
      <Shown of={found} lines={12} height="60vh">
        {({ data }) => {
          const rows = data.filter((row) => `${row.rule} ${row.fund} ${word(names.rules, row.rule)}`.includes(find.trim()));
          if (rows.length === 0) return <Empty text={t.none} action={{ text: words.clearFilters, onPress: () => (setFind(""), setQuery({ on: "", rule: "" })) }} />;
          return <Panel title={t.inForce}><Rules rows={rows} chosen={rule} /></Panel>;
        }}
      </Shown>
    </Page>
  );
}

function Rules({ rows, chosen }: { rows: readonly Policy[]; chosen: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const names = useRuleWords();
  const inWords = useSources();
  const [open, setOpen] = useState<string | undefined>(() => rows.filter((row) => row.rule === chosen).map(keyOf)[0]);
  return (
    <TableBox label={t.inForce}>
      <thead><tr><th scope="col">{t.rule}</th><th scope="col">{t.value}</th><th scope="col">{t.from}</th><th scope="col">{t.to}</th><th scope="col">{t.source}</th><th scope="col">{t.status}</th><th scope="col">{t.history}</th></tr></thead>
      <tbody>
        {rows.map((row) => {
          const key = keyOf(row);
          const isOpen = key === open;
          return [
            <tr key={key}>
              <th scope="row" class="rule-name"><span class="strong">{word(names.rules, row.rule)}</span><span class="mono tiny">{row.rule}</span><span class="tiny">{row.fund || t.all}{row.distributor && ` · ${row.distributor}`} · {row.jurisdiction}</span></th>
              <td><PolicyValue row={row} /></td>
              <td class="nowrap">{formatDate(row.effective_from, lang)}</td>
              <td class="nowrap">{row.effective_to ? formatDate(row.effective_to, lang) : t.open}</td>
              <td class="dev-wide">{inWords(row.source)}</td>
              <td><Tag tone={row.status === "unverified" ? "warn" : "good"}>{word(t.statuses, row.status)}</Tag></td>
              <td><Button look="plain" label={`${isOpen ? t.hideHistory : t.seeHistory} ${row.rule}`} onPress={() => setOpen(isOpen ? undefined : key)}>{isOpen ? t.hideHistory : t.seeHistory}</Button></td>
            </tr>,
            isOpen && <tr key={`${key} history`}><td colSpan={7}><History row={row} /></td></tr>,
          ];
        })}
      </tbody>
    </TableBox>
  );
}

/** What a rule says: money as money, each field by its name. */
export function PolicyValue({ row }: { row: Policy }): VNode {
  const t = useText(zh, en);
  const names = useRuleWords();
  const link = `/console/policies?rule=${encodeURIComponent(row.rule)}`;
  const shown = (name: string, value: Policy["value"][string]) => {
    if (value === null || value === undefined) return <span class="muted">{t.unlimited}</span>;
    if (Array.isArray(value)) return value.map((one) => word(names.values, one)).join(", ");
    return name.endsWith("_fen") && /^-?\d+$/.test(value) ? <Amount fen={value} explain={link} size="s" /> : word(names.values, value);
  };
  return <ul class="small">{Object.entries(row.value).map(([name, value]) => <li key={name} class="rule-field"><span class="muted" title={name}>{word(names.fields, name)}</span> {shown(name, value)}</li>)}</ul>;
}
