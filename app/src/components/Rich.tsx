/** A sentence with components in it: <Rich text="Left today: {amount}" parts={{ amount: <Amount …/> }} />. */
import { Fragment, type ComponentChildren, type VNode } from "preact";

export function Rich({ text, parts }: { text: string; parts: Readonly<Record<string, ComponentChildren>> }): VNode {
  const pieces = text.split(/\{(\w+)\}/);
  return <>{pieces.map((piece, i) => <Fragment key={i}>{i % 2 ? parts[piece] : piece}</Fragment>)}</>;
}
