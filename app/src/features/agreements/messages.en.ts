/** What I agreed to. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Agreements",
  about: "These are the versions that you agreed to. Open one to read it again; the hash shows that no character was changed.",
  empty: "You have agreed to nothing yet. You are asked to read and agree when you first buy.",
  funds: "See the funds",
  version: (version) => `Version ${version}`,
  fund: (fund) => ` · fund ${fund}`,
  platform: " · platform",
  on: (at) => ` · agreed ${at}`,
  replaced: "There is a newer version; you are asked to read it when you next buy",
  simulated: "Simulated customer: taken to have agreed when moving into the sandbox",
  hash: "SHA-256 of the text",
};
export default en;
