/** Words for what members of staff do. */
import { useText } from "../../../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";

/** Returns a maker of words for the type of an act; empty where there are none but the type itself. */
export function useAct(): (type: string) => string {
  const words: Readonly<Partial<Record<string, string>>> = useText(zh, en);
  return (type) => words[type] ?? "";
}
