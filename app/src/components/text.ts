/** The kit's messages in the language of the page. */
import { type Same, useText } from "../lib/i18n";
import en from "./messages.en";
import zh from "./messages.zh";

export function useKitText(): Same<typeof zh> {
  return useText(zh, en);
}
