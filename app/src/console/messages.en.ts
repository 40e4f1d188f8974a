/** Navigation of the console. */
import type { Same } from "../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  start: "Close",
};
export default en;
