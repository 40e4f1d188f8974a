/** Who was signed in, and the same persons again after the company went back to before they were. */
import { api } from "../api/client";
import { askBrowser, browser, eraseCopies } from "../lib/browser";
import { forgetAll } from "../lib/forget";
import { request } from "../lib/http";
import { isFailure } from "../lib/problem";

export interface Who {
  persona: string | undefined;
  role: string | undefined;
}

/** Returns which persona and which member of staff this browser is, as far as it is one. */
export async function whoIsHere(): Promise<Who> {
  const view = browser.value;
  return {
    persona: view?.signed_in ? await personaHere() : undefined,
    role: view?.staff.signed_in ? view.staff.roles[0] : undefined,
  };
}

async function personaHere(): Promise<string | undefined> {
  try {
    const [me, all] = await Promise.all([api.get("/v1/me"), api.get("/v1/sandbox/personas")]);
    return all.data.find((one) => one.customer_id === me.customer_id)?.persona;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return undefined; // a person of flesh and blood: she signs in herself
  }
}

/** Signs in again whoever was here and is not any more; others find the way to the sign-in. */
export async function comeBack(who: Who, asDeveloper: () => Promise<void>): Promise<void> {
  let view = await askBrowser();
  if (!view.developer.signed_in) {
    await asDeveloper();
    view = browser.value ?? view;
  }
  if (!view.signed_in) {
    await eraseCopies();
    forgetAll();
  }
  if (who.persona && !view.signed_in) await quietly(() => api.post("/v1/sandbox/personas/{persona}/sessions", { path: { persona: who.persona ?? "" } }));
  if (who.role && !view.staff.signed_in) await quietly(() => request("POST", "/v1/sandbox/staff-sessions", { body: { role: who.role } }));
  await askBrowser();
}

/** Goes on without, when the persona did not live yet in the state that was gone back to. */
async function quietly(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
}
