/** The time machine as the bar drives it: where the clock stands, journeys, branches. */
import { api, type Answer } from "../api/client";
import { askBrowser, browser } from "../lib/browser";
import { businessTime, request, tellTime } from "../lib/http";
import { Problem } from "../lib/problem";
import { State } from "../lib/state";
import { refresh } from "../lib/store";
import { comeBack, whoIsHere } from "./who";

export type Clock = Answer<"/v1/sandbox/clock", "get">;
export type Snapshot = Answer<"/v1/sandbox/branches", "get">["data"][number];

export interface Journey {
  from: string;
  /** By this machine's clock, in milliseconds. */
  since: number;
  /** Ours: it is over when its answer comes, whatever the clock said before it began. */
  mine: boolean;
}

export type Move =
  | { kind: "days" | "months"; count: number }
  | { kind: "closes"; count: number }
  | { kind: "to"; at: string }
  | { kind: "next" }
  | { kind: "resume" };

/** Undefined until the developer's session has been opened. */
export const clock = new State<Clock | undefined>(undefined);
export const journey = new State<Journey | undefined>(undefined);
/** Years pass in minutes on a slow machine. */
const JOURNEY_MS = 30 * 60_000;
const ENDED = new Set(["auth.csrf", "auth.key_missing", "auth.session_invalid", "auth.key_invalid"]);

/** Does what needs the developer's session, which is opened first, and again when it has ended. */
export async function asDeveloper<T>(work: () => Promise<T>): Promise<T> {
  if (!browser.value?.developer.signed_in) await signInAsDeveloper();
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || !(error.status === 401 || ENDED.has(error.code))) throw error;
    await signInAsDeveloper();
    return work();
  }
}

async function signInAsDeveloper(): Promise<void> {
  await api.post("/v1/sandbox/developer-session");
  await askBrowser();
}

export async function readClock(): Promise<void> {
  take(await asDeveloper(() => api.get("/v1/sandbox/clock")));
}

/** Keeps what the server told about the clock, asked or pushed. */
export function take(told: Clock): void {
  clock.set(told);
  if (told.state === "advancing" && !journey.value) journey.set({ from: told.business_time, since: performance.now(), mine: false });
  if (told.state !== "advancing" && !journey.value?.mine) journey.set(undefined);
  tellTime(told.business_time);
}

/** Moves the clock; what is on the screen is asked for anew when it has arrived. */
export async function move(how: Move): Promise<void> {
  journey.set({ from: businessTime.value, since: performance.now(), mine: true });
  const before = clock.value;
  if (before) clock.set({ ...before, state: "advancing", target: how.kind === "to" ? how.at : null, stopped_by: "" });
  try {
    await asDeveloper(() => send(how));
  } finally {
    journey.set(undefined);
    refresh();
    await readClock();
  }
}

function send(how: Move): Promise<unknown> {
  const timeoutMs = JOURNEY_MS;
  switch (how.kind) {
    case "next": return request("POST", "/v1/sandbox/clock/next-event", { timeoutMs });
    case "resume": return request("POST", "/v1/sandbox/clock/resume", { timeoutMs });
    case "closes": return api.post("/v1/sandbox/clock/closes", { body: { count: how.count }, timeoutMs });
    case "to": return api.post("/v1/sandbox/clock/advance", { body: { to: how.at }, timeoutMs });
    default: return api.post("/v1/sandbox/clock/advance", { body: { [how.kind]: how.count }, timeoutMs });
  }
}

/** Goes on from another state of the whole company; sign-ins made since then are made again. */
export async function goTo(kind: "switch" | "rewind", name: string): Promise<void> {
  const who = await whoIsHere();
  await asDeveloper(() => kind === "switch"
    ? api.post("/v1/sandbox/branches/{name}/switch", { path: { name }, timeoutMs: JOURNEY_MS })
    : api.post("/v1/sandbox/rewind", { body: { to: name }, timeoutMs: JOURNEY_MS }));
  await comeBack(who, signInAsDeveloper);
  refresh();
  await readClock();
}

/** How far a journey has come, and how long it still takes; undefined where nobody can tell. */
export function progressOf(trip: Journey, told: Clock, now: number): { part: number; leftMs: number } | undefined {
  if (!told.target) return undefined;
  const [from, to, at] = [trip.from, told.target, told.business_time].map((text) => Date.parse(text)) as [number, number, number];
  const part = Math.min(1, Math.max(0, (at - from) / (to - from)));
  return part > 0.02 && to > from ? { part, leftMs: ((now - trip.since) * (1 - part)) / part } : { part: Math.max(0, part || 0), leftMs: NaN };
}
