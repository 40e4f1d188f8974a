/** What the screen of a redemption reads, kept fresh while it is open. */
import { useEffect } from "preact/hooks";
import { CHANGED, useLive } from "../../lib/live";
import { refresh, useGet } from "../../lib/store";
import type { Speed } from "./rules";

const EVERY_MS = 5_000;

/** Asks again for quota and dates every few seconds: pool and cut-off move without us. */
export function useFresh(fund: string): void {
  const ask = () => refresh(`/v1/holdings/${encodeURIComponent(fund)}`, "/v1/funds");
  useLive("/v1/me/changes", CHANGED, ask);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || ask(), EVERY_MS);
    return () => clearInterval(timer);
  }, [fund]);
}

export function useDates(fund: string, speed: Speed) {
  return useGet("/v1/funds/{fund}/dates", { path: { fund }, query: { side: "redeem", speed } }).data;
}
