/** Proposes a dated rule: the fields are those of the rule in force. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Select } from "../../components/Field";
import { useRuleWords } from "../../components/rules/words";
import { Shown } from "../../components/states";
import { useText } from "../../lib/i18n";
import { useGet } from "../../lib/store";
import { word } from "../../components/desk/words";
import { type Check, date, dateOrNothing, required, ruleValue, shownValue, typedValue, yuanOrNothing } from "./checks";
import type { Form, Values } from "./forms";
import en from "./messages.en";
import zh from "./messages.zh";
import { ProposalForm } from "./ProposalForm";

type Policy = Schemas["PolicyView"];
const keyOf = (row: Policy) => `${row.rule} ${row.fund}`.trim();
const anything: Check = () => undefined;

export function PolicyForm({ about }: { about: Values }): VNode {
  const t = useText(zh, en);
  const names = useRuleWords();
  const policies = useGet("/v1/policies");
  const [chosen, choose] = useState<string | undefined>(about["rule"] ? `${about["rule"]} ${about["fund"] ?? ""}`.trim() : undefined);
  return (
    <Shown of={policies} lines={6} height="20rem">
      {({ data }) => {
        const rows = data.filter((row) => Object.values(row.value).every((value) => !Array.isArray(value)));
        const row = rows.find((one) => keyOf(one) === chosen) ?? rows[0];
        if (!row) return null;
        return (
          <div class="stack">
            <Select label={t.rule} value={keyOf(row)} options={rows.map((one) => ({ value: keyOf(one), text: `${word(names.rules, one.rule)} · ${keyOf(one)}` }))} onChange={choose} />
            <RowForm key={keyOf(row)} row={row} />
          </div>
        );
      }}
    </Shown>
  );
}

function RowForm({ row }: { row: Policy }): VNode {
  const t = useText(zh, en);
  const words = useRuleWords();
  const names = Object.keys(row.value);
  const textOf = (name: string) => {
    const value = row.value[name];
    return shownValue(name, typeof value === "string" ? value : null);
  };
  const form: Form = {
    fields: [
      ...names.map((name) => ({
        name: `value.${name}`, label: `${word(words.fields, name)} · ${name}`, hint: t.now(textOf(name) || t.noValue),
        check: name.endsWith("_fen") ? yuanOrNothing : anything,
      })),
      { name: "from", label: t.from, check: date, kind: "date" as const },
      { name: "to", label: t.to, check: dateOrNothing, kind: "date" as const },
      { name: "source", label: t.source, hint: t.sourceHint, check: required },
    ],
    send: (values) => api.post("/v1/policies", {
      body: {
        rule: row.rule, fund: row.fund, effective_from: values["from"] ?? "", effective_to: values["to"] || null, source: values["source"] ?? "",
        value: Object.fromEntries(names.map((name) => [name, ruleValue(typedValue(name, values[`value.${name}`] ?? "") ?? "")])),
      },
    }),
  };
  return <ProposalForm form={form} first={Object.fromEntries(names.map((name) => [`value.${name}`, textOf(name)]))} />;
}
