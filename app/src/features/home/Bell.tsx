/** The way to the notices; a dot and a word tell that something was not read yet. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { BellIcon } from "../../components/icons";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

/** The page goes first: the bell asks when nothing else is left to do, at the latest after this. */
const ASK_WITHIN_MS = 3_000;

export function Bell(): VNode {
  const t = useText(zh, en);
  const quiet = useQuietOnce();
  // What was read reaches up to an instant, so the newest notice tells about all of them.
  const newest = useGet(quiet ? "/v1/me/notifications" : undefined, { query: { limit: 1 } }).data;
  const unread = newest?.has_unread === true;
  return (
    <a class="icon-button bell" href={places.notifications()} aria-label={unread ? t.unread : t.notifications}>
      <BellIcon />
      {unread && <span class="bell-dot" aria-hidden="true" />}
    </a>
  );
}

/** Returns true once the browser has drawn what stands in front of the reader and is idle. */
function useQuietOnce(): boolean {
  const [quiet, setQuiet] = useState(false);
  useEffect(() => {
    if (!("requestIdleCallback" in window)) {
      const timer = setTimeout(() => setQuiet(true), ASK_WITHIN_MS);
      return () => clearTimeout(timer);
    }
    const asked = requestIdleCallback(() => setQuiet(true), { timeout: ASK_WITHIN_MS });
    return () => cancelIdleCallback(asked);
  }, []);
  return quiet;
}
