/** Webhooks. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  title: "Webhooks",
  why: "Receivers are told of all that happens, signed: at least once, in order for each object. Events of simulated days carry valid signatures too.",
  receivers: "Receivers", receiver: "Webhook",
  none: "There is no receiver yet. The address below is the sandbox's own inbox; add it as it stands.",
  gone: "This receiver was removed, or the clock went back before it was added.",
  all: "All types",
  well: "Well",
  away: (n) => `No answer, ${n} in a row`,
  waiting: (n) => `${n} waiting`,
  add: "Add a receiver",
  url: "Address", urlHint: "https://, in the sandbox also http://localhost",
  types: "Types", typesHint: "Such as fund.purchase close; empty means all", typesWrong: "Types are small letters, digits, underscores and full stops.",
  addNow: "Add",
  secretOnce: "The secret, shown this once",
  verify: "How to verify",
  verifyWhy: "Huoqi-Signature: t=<unix seconds>,v1=<hex>. HMAC-SHA256 over t, a full stop and the bytes as they came; refuse what is over 300 s old; drop ids seen before.",
  verifyPython: "Python",
  inbox: "Sandbox inbox",
  inboxWhy: "A receiver that comes along: it verifies, applies each event once, and says what is wrong.",
  inboxEmpty: "Nothing came yet. Add it as a receiver and move the clock a step.",
  nameless: "(no type)",
  verdicts: { applied: "Applied", seen_before: "Seen before", refused: "Refused" },
  clues: {
    body_or_secret: "the body was changed, or the secret is another one.",
    body_reformatted: "the JSON was parsed and written anew; use the bytes as they came.",
    body_alone_signed: "only the body was signed; “t.” is missing before it.",
  },
  tries: "Spoil the last one",
  changeByte: "Change a byte", makeOld: "Change its time", noSignature: "Drop the signature", twice: "Send it again", resent: "Sent again, with the same id",

  waits: "Waiting", readUpto: "Log read up to", restsUntil: "Asked next at", oldSecret: "Old secret good until",
  acts: "What can be done",
  test: "Send a test", rotate: "Change the secret", remove: "Remove",
  tested: (what, ms) => `The test: ${what}, ${ms} ms`,
  replayFrom: "Replay from number", replayHint: "The same events with the same ids, in the same order", replay: "Replay",
  replayed: (n) => `${n} events are gone through again`,
  removeTitle: "Remove this receiver?", removeText: "It is told nothing more, and what waits for it is dropped. The log still has it all.",
  lastTries: "The last hundred tries", noTries: "Nothing was sent yet.",
  at: "Real time", event: "Event", result: "Result", took: "Took", next: "Next",
  whys: { event: "as it happened", resend: "sent again", replay: "replay", test: "test" },
  ms: (n) => `${n} ms`,
  attempt: (n) => `try ${n}`,
  outcomes: { delivered: "Delivered", retrying: "Tried again", given_up: "Not delivered" },
  problems: {
    timeout: "no answer in 5 s", connection: "no connection", tls: "bad certificate", redirect: "redirects are not followed",
    name_unknown: "name unknown", private_address: "leads inside, not allowed", not_this_machine: "does not lead to this machine", not_https: "not HTTPS",
  },
};
export default en;
