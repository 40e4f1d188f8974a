/** The one place that calls the server. */
import { endFirst, takeFirst } from "./first";
import { Newest } from "./newest";
import { NoAnswer, Offline, problemOf } from "./problem";
import { lang } from "./settings";
import { State } from "./state";

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type Door = "customer" | "staff" | "developer";

export interface Call {
  query?: object | undefined;
  body?: unknown;
  /** Mandatory for everything that moves money; see lib/attempt. */
  idempotencyKey?: string | undefined;
  /** The step-up grant; lives in page memory only. */
  grant?: string | undefined;
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Sent again with fresh tokens against forgery; set by `request` alone. */
  isRetry?: boolean;
}

/** Where the platform's clock stood in the newest answer; screens take "today" from it. */
export const businessTime = new State<string>("");
/** The questions who is signed in here, whoever asks them. */
export const whoAsked = new Newest();
const timeAsked = new Newest();
/** False after a call failed for want of a network, until one succeeds. */
export const online = new State<boolean>(true);
if (typeof window !== "undefined") {
  window.addEventListener("offline", () => online.set(false));
  window.addEventListener("online", () => online.set(true));
}

const TIMEOUT_MS = 20_000;
const DEVELOPER = /^\/v1\/(sandbox|webhooks|events)\b/;
const tokens: Partial<Record<Door, string>> = {};
const copies = new WeakMap<object, string>();
let ownDoor: Door = "customer";

/** Names the door that this entry's calls use; called once by each main. */
export function useDoor(door: Door): void {
  ownDoor = door;
}

/** Keeps a door's token against forged requests; it lives in page memory only. */
export function setCsrf(door: Door, token: string | null | undefined): void {
  if (token) tokens[door] = token;
  else delete tokens[door];
}

/** Tells where the clock stands now; what was asked before says so no more. */
export function tellTime(at: string): void {
  if (timeAsked.take(timeAsked.ask())) businessTime.set(at);
}

/** Returns the day and time of the dated copy that an answer is, or undefined when it is fresh. */
export function copyDate(answer: unknown): string | undefined {
  return typeof answer === "object" && answer !== null ? copies.get(answer) : undefined;
}

/** Sends one request; returns the answer's JSON, or throws Problem, Offline or NoAnswer. */
export async function request<T>(method: Method, path: string, call: Call = {}): Promise<T> {
  if (method !== "GET" && !navigator.onLine) throw new Offline();
  const first = method === "GET" ? takeFirst(path + queryOf(call.query)) : endFirst();
  if (first) return told<T>(first);
  const turn = timeAsked.ask();
  const response = await send(method, path, call);
  online.set(!response.headers.has("Huoqi-Copy-At"));
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.code !== "auth.csrf" || call.isRetry) throw problem;
    await renewTokens(); // refused at the door, nothing was done: once more with the tokens of now
    return request<T>(method, path, { ...call, isRetry: true });
  }
  if (response.status === 204) return undefined as T;
  return read<T>(response, path, turn);
}

/** Returns an answer that came with the page; its clock counts like any other's. */
function told<T>(answer: object): T {
  const at = businessTimeOf(answer);
  if (at) tellTime(at);
  return answer as T;
}

async function renewTokens(): Promise<void> {
  const turn = whoAsked.ask();
  const view = await request<{ csrf?: string; staff?: { csrf?: string }; developer?: { csrf?: string } }>("GET", "/v1/browser");
  if (!whoAsked.take(turn)) return; // newer ones are there
  setCsrf("customer", view.csrf);
  setCsrf("staff", view.staff?.csrf);
  setCsrf("developer", view.developer?.csrf);
}

/** Fetches a file; throws Problem, Offline or NoAnswer. */
export async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await send("GET", path, {});
  if (!response.ok) throw await problemOf(response);
  return response.arrayBuffer().then((bytes) => new Uint8Array(bytes), () => { throw new NoAnswer(); });
}

async function send(method: Method, path: string, call: Call): Promise<Response> {
  const limit = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
  try {
    return await fetch(path + queryOf(call.query), {
      method,
      headers: headersOf(method, path, call),
      body: call.body === undefined ? null : JSON.stringify(call.body),
      credentials: "same-origin",
      cache: "no-store",
      signal: call.signal ? AbortSignal.any([limit, call.signal]) : limit,
    });
  } catch (error) {
    if (call.signal?.aborted) throw error;
    online.set(false);
    throw navigator.onLine || method !== "GET" ? new NoAnswer() : new Offline();
  }
}

async function read<T>(response: Response, path: string, turn: number): Promise<T> {
  let answer: T;
  try {
    answer = (await response.json()) as T;
  } catch {
    throw new NoAnswer(); // cut off on its way: it may have been carried out
  }
  if (typeof answer === "object" && answer !== null) note(answer, response, path, turn);
  return answer;
}

function note(answer: object, response: Response, path: string, turn: number): void {
  const copiedAt = response.headers.get("Huoqi-Copy-At");
  const at = businessTimeOf(answer);
  if (copiedAt) copies.set(answer, at ?? copiedAt);
  else if (at && timeAsked.take(turn)) businessTime.set(at);
  if ("csrf" in answer && typeof answer.csrf === "string" && path !== "/v1/browser") {
    whoAsked.take(whoAsked.ask()); // what was asked before the sign-in knows nothing of it
    setCsrf(doorOfSignIn(path), answer.csrf);
  }
}

/** Returns when, by the platform's clock, an answer was given. */
export function businessTimeOf(answer: unknown): string | undefined {
  const known = typeof answer === "object" && answer !== null && "business_time" in answer;
  return known && typeof answer.business_time === "string" ? answer.business_time : undefined;
}

function headersOf(method: Method, path: string, call: Call): Record<string, string> {
  const headers: Record<string, string> = {
    Accept: "application/json",
    "Accept-Language": lang.value,
    "Huoqi-Client": "browser",
  };
  if (call.body !== undefined) headers["Content-Type"] = "application/json";
  if (call.idempotencyKey) headers["Idempotency-Key"] = call.idempotencyKey;
  if (call.grant) headers["Huoqi-Step-Up"] = call.grant;
  const token = tokens[doorOf(path)];
  if (method !== "GET" && token) headers["Huoqi-Csrf"] = token;
  return headers;
}

function doorOf(path: string): Door {
  return DEVELOPER.test(path) && tokens.developer ? "developer" : ownDoor;
}

function doorOfSignIn(path: string): Door {
  if (path.startsWith("/v1/sandbox/developer-session")) return "developer";
  if (path.startsWith("/v1/staff/") || path.startsWith("/v1/sandbox/staff-sessions")) return "staff";
  return "customer";
}

/** Returns `?a=1&b=2`; fields without a value are left out, lists are repeated. */
export function queryOf(query: object | undefined): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) if (one !== undefined && one !== null && one !== "") pairs.append(name, String(one));
  }
  const text = pairs.toString();
  return text ? `?${text}` : "";
}
