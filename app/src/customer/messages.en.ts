/** Navigation of the customer app. */
import type { Same } from "../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  home: "Home",
  records: "Records",
  me: "Me",
};
export default en;
