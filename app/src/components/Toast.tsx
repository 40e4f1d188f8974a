/** Short messages at the bottom; screen readers hear them, nobody has to dismiss them. */
import type { VNode } from "preact";
import { State, useValue } from "../lib/state";

interface Message {
  id: number;
  text: string;
}

const SHOWN_MS = 5_000;
const messages = new State<readonly Message[]>([]);
let nextId = 1;

/** Says something that needs no answer. Nothing that matters later: it disappears. */
export function toast(text: string): void {
  const message = { id: nextId++, text };
  messages.set([...messages.value.slice(-2), message]);
  setTimeout(() => messages.set(messages.value.filter((one) => one.id !== message.id)), SHOWN_MS);
}

export function Toasts(): VNode {
  const shown = useValue(messages);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map((message) => <p key={message.id} class="toast">{message.text}</p>)}
    </div>
  );
}
