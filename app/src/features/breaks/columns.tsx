/** The columns of the queue; the first chooses rows for one action on many. */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { Difference } from "../../components/desk/Difference";
import { Tag, type Tone } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import type { Column } from "../../components/VirtualTable";
import { formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import type { Chosen } from "./Bulk";
import en from "./messages.en";
import zh from "./messages.zh";

export type Break = Schemas["QueuedBreakView"];
const TONES: Readonly<Partial<Record<string, Tone>>> = { open: "bad", resolving: "brand", resolved: "good", waived: "good" };

export function BreakState({ state }: { state: string }): VNode {
  const t = useText(zh, en);
  return <Tag tone={TONES[state] ?? "plain"}>{word(t.states, state)}</Tag>;
}

/** Who looks after a break: a name without the realm it comes from. */
export function nameOf(actor: string): string {
  return actor.replace(/^staff:/, "");
}

export function useColumns(chosen: Chosen | undefined): readonly Column<Break>[] {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return useMemo(() => {
    const figure = (key: "ours" | "theirs" | "difference", title: string): Column<Break> => ({
      key, title, width: "minmax(6.5rem, 1fr)", num: true,
      cell: (row) => <Difference unit={row.unit} figure={row[key]} explain={consoleLinks.break(row.id)} signed={key === "difference"} />,
    });
    const all: readonly Column<Break>[] = [
      { key: "kind", title: t.kind, width: "minmax(8.5rem, 1.4fr)", cell: (row) => <a class="cell-link" href={consoleLinks.break(row.id)}>{word(t.kinds, row.kind)}</a> },
      { key: "state", title: t.state, width: "5.5rem", cell: (row) => <BreakState state={row.state} /> },
      { key: "on", title: t.day, width: "7rem", cell: (row) => formatDayShort(row.on, lang) },
      { key: "age", title: t.age, width: "6.5rem", cell: (row) => <Tag tone={row.age === "today" ? "plain" : row.age === "1" ? "warn" : "bad"}>{word(t.ages, row.age)}</Tag> },
      { key: "customer", title: t.customer, width: "5.5rem", cell: (row) => row.customer_no ?? words.nobody },
      figure("ours", t.ours),
      figure("theirs", t.theirs),
      figure("difference", t.difference),
      { key: "class", title: t.class, width: "minmax(6.5rem, 1fr)", cell: (row) => <span class="muted">{word(t.classes, row.break_class)}</span> },
      { key: "owner", title: t.owner, width: "7.5rem", cell: (row) => (row.owner ? nameOf(row.owner) : <span class="muted">{words.nobody}</span>) },
      { key: "suggestion", title: t.suggestion, width: "minmax(12rem, 2fr)", cell: (row) => <span class="muted" title={word(t.suggestions, row.suggestion)}>{word(t.suggestions, row.suggestion)}</span> },
    ];
    if (!chosen) return all;
    const tick: Column<Break> = {
      key: "tick", title: "", width: "3rem",
      cell: (row) => (row.state === "open" ? <Tick row={row} chosen={chosen} /> : null),
    };
    return [tick, ...all];
  }, [lang, chosen]);
}

function Tick({ row, chosen }: { row: Break; chosen: Chosen }): VNode {
  const t = useText(zh, en);
  return (
    <label class="tick">
      <input type="checkbox" checked={chosen.rows.has(row.id)} onChange={() => chosen.toggle(row)} />
      <span class="hidden-visually">{t.bulk.choose(word(t.kinds, row.kind), row.customer_no ?? "")}</span>
    </label>
  );
}
