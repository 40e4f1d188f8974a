/** Which screen each address of the customer app shows; each is a chunk of its own. */
import type { Route } from "../lib/router";
import { ownRoutes } from "./own-routes";

export const routes: readonly Route[] = [
  { path: "/", load: () => import("../features/home/HomeScreen").then((m) => m.HomeScreen) },
  { path: "/welcome", load: () => import("../features/home/Welcome").then((m) => m.WelcomeScreen) },
  { path: "/sign-in", load: () => import("../features/welcome/SignInScreen").then((m) => m.SignInScreen) },
  { path: "/recover", load: () => import("../features/welcome/RecoverScreen").then((m) => m.RecoverScreen) },
  { path: "/recover/password", load: () => import("../features/welcome/RecoverPasswordScreen").then((m) => m.RecoverPasswordScreen) },
  { path: "/personas", load: () => import("../features/welcome/PersonasScreen").then((m) => m.PersonasScreen) },
  { path: "/register", load: () => import("../features/registration/RegisterScreen").then((m) => m.RegisterScreen) },
  { path: "/register/secure", load: () => import("../features/registration/SecureScreen").then((m) => m.SecureScreen) },
  { path: "/cards/new", load: () => import("../features/cards/BindCardScreen").then((m) => m.BindCardScreen) },
  { path: "/funds", load: () => import("../features/funds/FundsScreen").then((m) => m.FundsScreen) },
  { path: "/funds/:fund", load: () => import("../features/funds/ProductScreen").then((m) => m.ProductScreen) },
  { path: "/funds/:fund/documents/:name", load: () => import("../features/funds/DocumentScreen").then((m) => m.DocumentScreen) },
  ...ownRoutes,
  { path: "/funds/:fund/buy", load: () => import("../features/purchases/BuyScreen").then((m) => m.BuyScreen) },
  { path: "/funds/:fund/buy/:order", load: () => import("../features/purchases/BoughtScreen").then((m) => m.BoughtScreen) },
];
