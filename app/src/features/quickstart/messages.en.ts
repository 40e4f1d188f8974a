/** The developer's start page. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Developers",
  lead: "A whole finance company runs on this machine. Customers, banks and the fund manager are simulated; the code is the one a live platform runs.",
  runs: "What runs",
  platformTime: "Platform time",
  customerApp: "Customer app",
  console: "Console",
  reference: "API reference",
  contract: "OpenAPI 3.1",
  parties: "Outside parties",
  partiesAre: "12 banks, the fund manager, the identity authority: all simulated",
  calls: "Five minutes: six commands that work as they stand",
  callsWhy: "Run them in order in a terminal in the project's folder. A key is shown once; only its digest is kept.",
  steps: {
    key: "Make a developer's key", persona: "Sign in as the saver", buy: "Buy for ¥100.00", tomorrow: "Go to tomorrow",
    holdings: "See the income", wrong: "Get it wrong: an amount with decimals, and how it is refused",
  },
  next: "Next",
  toPersonas: "Personas", toPersonasWhy: "Ten invented people; one tap signs you in as one",
  toFaults: "Fault injector", toFaultsWhy: "Cut a bank off, make the manager late, and watch what happens",
  toMagic: "Magic values", toMagicWhy: "Cards, ID numbers and amounts with a set outcome",
  toEvents: "Event log", toEventsWhy: "In order of commit, without a gap; resend one, replay from any number",
  toWebhooks: "Webhooks", toWebhooksWhy: "Add a receiver, try it, see the last hundred tries and what is wrong with a signature",
};
export default en;
