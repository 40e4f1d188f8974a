/** The door of the console. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Sign in to the console",
  lead: "Whatever you do here is recorded under your name.",
  sandboxTitle: "Sandbox: choose a role",
  sandboxLead: "Each role is another person; nobody approves their own change.",
  roles: {
    operator: "Runs the close, proposes changes",
    approver: "Decides on others' changes",
    finance: "Liquidity, ledger, close",
    compliance: "Audit, freezes, readings",
    support: "Finds orders, helps customers",
    viewer: "Looks, changes nothing",
    developer: "Tools of the sandbox",
  },
  keyTitle: "Staff key",
  key: "Key",
  keyHint: "Given out by the first operator; asks again after 12 hours.",
  keyMissing: "Please enter your staff key",
  keyWrong: "This key is wrong or was revoked; please check it",
  enter: "Sign in",
};
export default en;
