/** Help, and the page about me. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  help: "Help and contact",
  contact: "Contact us",
  contactText: "A question, or something wrong? Write to us. The order is named by itself; please send no password, code or whole card number.",
  mail: "Write an e-mail",
  about: (id) => `About order ${id}`,
  subject: "About my account",
  reply: "We answer within one working day; a complaint is decided within fifteen.",
  urgent: "Somebody else may be in your account?",
  freeze: "Freeze it in the security centre",
  checks: "What you can look up",
  explainLink: "What your total is made of",
  records: "Where your orders stand",
  title: "Me",
  account: "Account",
  cards: "Cards and limits",
  security: "Security centre",
  income: "Income calendar",
  statements: "Statements",
  agreements: "Agreements",
  proof: "Proof of the balance",
  notices: "Notifications",
  leave: "Close the account",
  look: "Display",
  theme: "Appearance",
  themes: { system: "As the device", light: "Light", dark: "Dark" },
  colours: "Colours of gain and loss",
  colourNames: { "red-up": "Red is gain", "green-up": "Green is gain" },
  hide: "Hide amounts",
  signOut: "Sign out",
  signIn: "Sign in",
  signInFirst: "Sign in to see your account.",
  simulated: "Simulated customer",
};
export default en;
