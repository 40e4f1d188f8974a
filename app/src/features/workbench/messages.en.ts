/** The developer pages' first screen. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Platform clock",
  next: "Next events",
  none: "No event is waiting.",
};
export default en;
