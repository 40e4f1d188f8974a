/** Which screen each address shows; each is a chunk of its own. */
import type { Route } from "../lib/router";

export const routes: readonly Route[] = [
  { path: "/console", load: () => import("../features/closing/CloseScreen").then((m) => m.CloseScreen) },
  { path: "/console/close/:fund/:on", load: () => import("../features/closing/DayScreen").then((m) => m.DayScreen) },
];
