/** Which screen each address shows; each is a chunk of its own. */
import type { Route } from "../lib/router";

export const routes: readonly Route[] = [
  { path: "/console", load: () => import("../features/office/OfficeScreen").then((m) => m.OfficeScreen) },
];
