/** What home and welcome read besides the holdings. */
import type { Answer } from "../../api/client";
import { addDays, dayOf } from "../../lib/dates";
import { businessTime } from "../../lib/http";
import { useValue } from "../../lib/state";
import { useGet } from "../../lib/store";

export type YieldDay = Answer<"/v1/funds/{fund}/yields", "get">["data"][number];

/** Returns the fen of a fund's smallest purchase, by the rule in force today. */
export function useSmallestPurchase(fund: string | undefined): string | undefined {
  const answer = useGet(fund === undefined ? undefined : "/v1/funds/{fund}", { path: { fund: fund ?? "" } });
  return answer.data?.rules.find((one) => one.rule === "fund.purchase_minimum")?.value["amount_fen"] ?? undefined;
}

const LOOKED_BACK_DAYS = 30;

/** Returns a fund's newest published day, undefined while it is read or where there is none. */
export function useLatestYield(fund: string | undefined): YieldDay | undefined {
  const now = useValue(businessTime);
  const today = now ? dayOf(now) : undefined;
  const ready = fund !== undefined && today !== undefined;
  const answer = useGet(ready ? "/v1/funds/{fund}/yields" : undefined, {
    path: { fund: fund ?? "" },
    query: today ? { from: addDays(today, -LOOKED_BACK_DAYS), to: addDays(today, 1) } : {},
  });
  return answer.data?.data.at(-1);
}
