/** The names of rules and of what they say, in the language of the page. */
import { type Same, useText } from "../../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";

export function useRuleWords(): Same<typeof zh> {
  return useText(zh, en);
}
