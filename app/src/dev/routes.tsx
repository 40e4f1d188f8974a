/** Which screen each address shows; each is a chunk of its own. */
import type { Route } from "../lib/router";

export const routes: readonly Route[] = [
  { path: "/dev", load: () => import("../features/quickstart/QuickstartScreen").then((m) => m.QuickstartScreen) },
  { path: "/dev/personas", load: () => import("../features/personas/SwitcherScreen").then((m) => m.SwitcherScreen) },
  { path: "/dev/faults", load: () => import("../features/faults/FaultsScreen").then((m) => m.FaultsScreen) },
  { path: "/dev/magic", load: () => import("../features/magic/MagicScreen").then((m) => m.MagicScreen) },
  { path: "/dev/events", load: () => import("../features/eventlog/EventsScreen").then((m) => m.EventsScreen) },
  { path: "/dev/webhooks", load: () => import("../features/webhooks/WebhooksScreen").then((m) => m.WebhooksScreen) },
  { path: "/dev/webhooks/:webhook", load: () => import("../features/webhooks/WebhookScreen").then((m) => m.WebhookScreen) },
  { path: "/dev/kit", load: () => import("../features/kit/KitScreen").then((m) => m.KitScreen) },
];
