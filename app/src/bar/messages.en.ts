/** The time machine bar. */
import type { Same } from "../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  bar: "Time machine, platform time",
  unknown: "Platform time unknown",
  tomorrow: "Tomorrow",
  title: "Time machine",
  close: "Fold the time machine",
  why: "The whole company has one business clock (Beijing time). On the way forward all that falls due is done as ever.",
  states: { advancing: "Moving", stopped_at_event: "Stopped at an event", failed: "Cut off" },
  moving: "Moving on; what falls due is done one by one",
  movingTo: (at) => `Moving on to ${at}`,
  left: (span) => `about ${span} left`,
  stopped: (by) => `Stopped at something that needs a look: ${by}`,
  failed: (code) => `The journey was cut off (${code || "unknown reason"}). What was done stays done; it can go on.`,
  resume: "Go on",
  horizon: "The trading calendar is published up to that day. It is extended in the console: one proposes, another approves, then time goes on.",

  move: "Move on",
  day: "+1 day",
  nextEvent: "Next event",
  month: "+1 month",
  to: "To a date",
  time: "At",
  goTo: "Go there",
  wrongDate: "Choose a date, and write the time like 09:00.",
  closes: "Daily closes",
  runCloses: "Run closes",
  wrongCount: "From 1 to 400.",

  coming: "What comes next",
  nothing: "Nothing falls due.",
  kinds: {
    quota_reset: "Day limits start anew", application: "An application ends", payment: "Payments followed up", transfers: "Fast redemptions told to the manager",
    confirmations: "The manager confirms", income: "Income published and posted", close: "Daily close", cut_off: "Cut-off at 15:00", orders_out: "Orders go to the manager",
  },

  branches: "Branches and rewinding",
  name: "Keep the present as a branch",
  nameHint: "Small letters, digits and hyphens",
  make: "Keep",
  made: (name) => `Kept as ${name}`,
  here: "Here",
  checkpoint: "Kept by itself",
  switch: "Switch",
  rewind: "Rewind",
  drop: "Delete",
  working: "Changing all the data; a few seconds",
  switched: (name) => `Switched to ${name}`,
  rewound: (name) => `Rewound to ${name}`,
  rewindTitle: "Rewind to here?",
  rewindText: (name) => `The present branch goes back to “${name}”: orders and income since then will not exist. Keep a branch first if you want them back.`,
  dropTitle: "Delete this state?",
  dropText: (name) => `“${name}” is deleted for good; the present data stays as it is.`,
};
export default en;
