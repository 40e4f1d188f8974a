/** Asks what the first page needs while the app itself is still on its way; `lib/http` takes the answers.
 *
 * A script of its own, a few hundred bytes: on a phone each journey to the server that need not wait
 * for another is a sixth of a second.
 */
import type { Early } from "./lib/early";

const ask = (url: string): Promise<Response> =>
  fetch(url, { headers: { Accept: "application/json", "Huoqi-Client": "browser" }, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(20_000) });

const fund = /^\/funds\/(\w+)(\/buy|\/redeem)?$/.exec(location.pathname)?.[1];
const who = ask("/v1/browser");
const early: Early = { "/v1/browser": who };
if (fund) early[`/v1/funds/${fund}`] = ask(`/v1/funds/${fund}`);
if (location.pathname === "/") early["/v1/holdings"] = who.then(afterwards);
globalThis.huoqiEarly = early;
// Whoever takes an answer hears that it failed; nobody need.
for (const one of Object.values(early)) one?.catch(() => undefined);

/** Asks for what is private only if somebody is signed in. */
async function afterwards(answer: Response): Promise<Response | undefined> {
  const view = (await answer.clone().json()) as { signed_in?: boolean };
  return view.signed_in ? ask("/v1/holdings") : undefined;
}
