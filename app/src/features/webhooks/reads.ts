/** The receivers, kept fresh: what becomes of a message is no event of the log, so it is asked for. */
import { useEffect, useState } from "preact/hooks";
import { CHANGED, useLive } from "../../lib/live";
import { refresh, useGet } from "../../lib/store";

const EVERY_MS = 700;

/** Reads the receivers; as long as one waits or lags behind the log, asks again for all under the prefixes. */
export function useHooks(...prefixes: string[]) {
  const hooks = useGet("/v1/webhooks");
  const [head, setHead] = useState(0n);
  const ask = () => refresh("/v1/webhooks", ...prefixes);
  useLive("/v1/sandbox/events/changes", CHANGED, (told) => {
    setHead(seqOf(told));
    ask();
  });
  const isBusy = (hooks.data?.data ?? []).some((one) => one.waiting > 0 || BigInt(one.read_upto) < head);
  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setInterval(ask, EVERY_MS);
    // Once more when all is done: of two answers that came together one may be the older.
    return () => (clearInterval(timer), ask());
  }, [isBusy]);
  return hooks;
}

function seqOf(told: unknown): bigint {
  const seq = typeof told === "object" && told !== null ? (told as Record<string, unknown>)["seq"] : undefined;
  return typeof seq === "string" ? BigInt(seq) : 0n;
}
