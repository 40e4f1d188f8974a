/** Words for the codes of the API, in the language of the page. */
import { type Same, useText } from "../../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";

export function useWords(): Same<typeof zh> {
  return useText(zh, en);
}

/** Returns the word for a code; a code without a word stands for itself. */
export function word(words: Readonly<Record<string, string>>, code: string | null | undefined): string {
  return code ? (words[code] ?? words[code.toLowerCase()] ?? code) : "—";
}
