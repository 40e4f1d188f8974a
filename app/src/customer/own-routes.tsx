/** The screens of what a customer already has: money out, income, explanations, records, account. */
import type { Route } from "../lib/router";

export const ownRoutes: readonly Route[] = [
  { path: "/funds/:fund/redeem", load: () => import("../features/redemptions/RedeemScreen").then((m) => m.RedeemScreen) },
];
