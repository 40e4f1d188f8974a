/** What follows when a person has just signed in, and what she has typed so far. */
import { askBrowser, eraseCopies } from "./browser";
import { forgetAll } from "./forget";
import { navigate } from "./router";
import { State } from "./state";

export interface Newcomer {
  phone: string;
  bornOn: string | undefined;
}

/** What a newcomer typed while registering, so that nothing is asked twice; page memory only. */
export const newcomer = new State<Newcomer | undefined>(undefined);

/** Forgets what the former person saw, learns who is here now, and goes on. */
export async function enter(to: string): Promise<void> {
  await eraseCopies();
  forgetAll();
  await askBrowser();
  navigate(to, { replace: true });
}

/** Returns an address of our own that somebody handed on, or the other one. */
export function ownPath(asked: string | null, otherwise: string): string {
  return asked && /^\/(?![/\\])/.test(asked) ? asked : otherwise;
}
