/** The console's first screen. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Closed days",
  none: "No day is closed yet.",
  root: (root) => `Root ${root}`,
};
export default en;
