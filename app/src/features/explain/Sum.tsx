/** A figure as the sum of its parts, added up again here. */
import type { ComponentChildren, VNode } from "preact";
import { Amount } from "../../components/Amount";
import { List, Row } from "../../components/List";
import { useText } from "../../lib/i18n";
import { sum } from "../../lib/money";
import en from "./messages.en";
import zh from "./messages.zh";
import { Verdict } from "./Verdict";

export interface Part {
  key: string;
  title: string;
  note?: ComponentChildren;
  fen: string;
  href?: string | undefined;
  /** What came or went: with its sign, neither gain nor loss. */
  moves?: boolean;
}

interface Props {
  label: string;
  /** What the other pages show. */
  shown: string | bigint;
  parts: readonly Part[];
  /** The address of this very explanation. */
  here: string;
  note: string;
  /** Gains and losses carry their sign. */
  signed?: boolean;
  children?: ComponentChildren;
}

export function Sum({ label, shown, parts, here, note, signed, children }: Props): VNode {
  const t = useText(zh, en);
  const agrees = sum(parts.map((part) => part.fen)).toString() === shown.toString();
  const sign = signed ? "always" : "auto";
  return (
    <>
      <section class="card explain-head">
        <p class="small muted">{label}</p>
        <p><Amount fen={shown} size="xl" sign={sign} explain={here} label={label} /></p>
        <p class="small muted">{note}</p>
      </section>
      <Verdict faults={agrees ? [] : ["total"]} />
      {children}
      <section class="stack-s">
        <h2>{t.parts}</h2>
        <List label={t.parts}>
          {parts.map((part) => (
            <Row key={part.key} title={part.title} note={part.note} href={part.href}
              end={<Amount fen={part.fen} sign={part.moves ? "moves" : sign} explain={part.href ? "inside" : here} />} />
          ))}
          <Row title={<strong>{t.sumOf}</strong>} end={<strong><Amount fen={shown} sign={sign} explain={here} /></strong>} />
        </List>
      </section>
    </>
  );
}
