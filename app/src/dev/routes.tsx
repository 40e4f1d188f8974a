/** Which screen each address shows; each is a chunk of its own. */
import type { Route } from "../lib/router";

export const routes: readonly Route[] = [
  { path: "/dev", load: () => import("../features/workbench/WorkbenchScreen").then((m) => m.WorkbenchScreen) },
  { path: "/dev/kit", load: () => import("../features/kit/KitScreen").then((m) => m.KitScreen) },
];
