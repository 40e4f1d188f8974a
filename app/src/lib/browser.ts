/** Who sits at this browser: asked once at the start and after each sign-in or sign-out. */
import { businessTime, request, setCsrf, whoAsked } from "./http";
import { Problem } from "./problem";
import { State, useValue } from "./state";

export interface BrowserView {
  business_time: string;
  mode: string;
  signed_in: boolean;
  csrf: string | null;
  sign_in_methods: readonly string[];
  /** The address that customers write to; empty where none is set. */
  support: string;
  staff: { signed_in: boolean; label: string | null; roles: readonly string[]; csrf: string | null };
  developer: { signed_in: boolean; csrf: string | null };
}

const NOBODY: BrowserView = {
  business_time: "",
  mode: "",
  signed_in: false,
  csrf: null,
  sign_in_methods: [],
  support: "",
  staff: { signed_in: false, label: null, roles: [], csrf: null },
  developer: { signed_in: false, csrf: null },
};

/** Undefined until the first answer, and when the server cannot be reached. */
export const browser = new State<BrowserView | undefined>(undefined);

const answered = new State<boolean>(false);

/** Returns whether a customer is signed in here; undefined while we ask.
 *
 * When the server cannot be reached it says true: the dated copies are hers, sign-out erases them.
 */
export function useSignedIn(): boolean | undefined {
  const isAnswered = useValue(answered);
  const view = useValue(browser);
  return isAnswered ? (view?.signed_in ?? true) : undefined;
}

/** Called when the server could not be reached; what a later question was answered stays. */
export function browserUnknown(): void {
  answered.set(true);
}

/** Asks the server who is signed in here; keeps the tokens against forged requests.
 *
 * Returns the newest answer known: one that was asked before a sign-in must not undo it.
 */
export async function askBrowser(): Promise<BrowserView> {
  let view: BrowserView;
  const turn = whoAsked.ask();
  try {
    view = { ...NOBODY, ...(await request<Partial<BrowserView>>("GET", "/v1/browser")) };
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
    view = NOBODY; // a server without browser sessions
  }
  if (!whoAsked.take(turn)) return browser.value ?? view;
  setCsrf("customer", view.csrf);
  setCsrf("staff", view.staff.csrf);
  setCsrf("developer", view.developer.csrf);
  if (view.business_time) businessTime.set(view.business_time);
  browser.set(view);
  answered.set(true);
  return view;
}

/** Signs the customer out here and erases what this device kept. */
export async function signOut(): Promise<void> {
  await request("DELETE", "/v1/browser/session");
  await eraseCopies();
  await askBrowser();
}

/** Erases the dated copies; called at sign-out and when another person signs in. */
export async function eraseCopies(): Promise<void> {
  if (!("caches" in globalThis)) return;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("huoqi-copies")).map((name) => caches.delete(name)));
}
