/** Home and welcome. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Home",
  welcome: "Welcome to Huoqi",
  promise: "Idle money earns every day, and you can check where each fen comes from.",
  register: "Open an account",
  signIn: "Sign in",
  total: "Total",
  yesterday: "Latest day's income",
  income: "Income",
  none: "Nothing held yet. From ¥1, back any time.",
  buy: "Buy for ¥1",
  hide: "Hide amounts",
};
export default en;
