/** Navigation of the developer pages. */
import type { Same } from "../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  start: "Time",
};
export default en;
