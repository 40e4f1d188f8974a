/** Which screen each address of the customer app shows; each is a chunk of its own. */
import type { Route } from "../lib/router";

export const routes: readonly Route[] = [
  { path: "/", load: () => import("../features/home/HomeScreen").then((m) => m.HomeScreen) },
];
