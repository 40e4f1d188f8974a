/** The time machine bar. */
import type { Same } from "../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  now: (at) => `Platform time ${at} (Beijing time)`,
};
export default en;
