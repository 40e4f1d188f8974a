/** Navigation of the developer pages. */
import type { Same } from "../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  start: "Start",
  personas: "Personas",
  faults: "Faults",
  magic: "Magic values",
  events: "Event log",
  webhooks: "Webhooks",
  reference: "API reference",
  sandboxOnly: "The developer pages are for sandboxes; a live platform is worked on through the API with keys.",
};
export default en;
