/** Which screen each address shows; each is a chunk of its own. */
import type { Route } from "../lib/router";

export const routes: readonly Route[] = [
  { path: "/console", load: () => import("../features/closing/CloseScreen").then((m) => m.CloseScreen) },
  { path: "/console/close/:fund/:on", load: () => import("../features/closing/DayScreen").then((m) => m.DayScreen) },
  { path: "/console/breaks", load: () => import("../features/breaks/BreaksScreen").then((m) => m.BreaksScreen) },
  { path: "/console/breaks/:id", load: () => import("../features/breaks/BreakScreen").then((m) => m.BreakScreen) },
  { path: "/console/approvals", load: () => import("../features/approvals/ApprovalsScreen").then((m) => m.ApprovalsScreen) },
  { path: "/console/approvals/:id", load: () => import("../features/approvals/ApprovalScreen").then((m) => m.ApprovalScreen) },
  { path: "/console/propose/:kind", load: () => import("../features/approvals/ProposeScreen").then((m) => m.ProposeScreen) },
  { path: "/console/orders", load: () => import("../features/search/OrdersScreen").then((m) => m.OrdersScreen) },
  { path: "/console/orders/:id", load: () => import("../features/search/OrderScreen").then((m) => m.OrderScreen) },
  { path: "/console/customers/:id", load: () => import("../features/customers/CustomerScreen").then((m) => m.CustomerScreen) },
  { path: "/console/ledger", load: () => import("../features/books/TrialScreen").then((m) => m.TrialScreen) },
  { path: "/console/ledger/accounts", load: () => import("../features/books/AccountsScreen").then((m) => m.AccountsScreen) },
  { path: "/console/ledger/accounts/:account", load: () => import("../features/books/AccountScreen").then((m) => m.AccountScreen) },
  { path: "/console/ledger/transfers/:id", load: () => import("../features/books/TransferScreen").then((m) => m.TransferScreen) },
  { path: "/console/liquidity", load: () => import("../features/liquidity/LiquidityScreen").then((m) => m.LiquidityScreen) },
  { path: "/console/liquidity/:fund", load: () => import("../features/liquidity/LiquidityScreen").then((m) => m.LiquidityScreen) },
  { path: "/console/payouts", load: () => import("../features/owed/PayoutsScreen").then((m) => m.PayoutsScreen) },
  { path: "/console/debts", load: () => import("../features/owed/DebtsScreen").then((m) => m.DebtsScreen) },
  { path: "/console/debts/:id", load: () => import("../features/owed/DebtScreen").then((m) => m.DebtScreen) },
  { path: "/console/connections", load: () => import("../features/connections/ConnectionsScreen").then((m) => m.ConnectionsScreen) },
  { path: "/console/policies", load: () => import("../features/policies/PoliciesScreen").then((m) => m.PoliciesScreen) },
  { path: "/console/calendar", load: () => import("../features/policies/CalendarScreen").then((m) => m.CalendarScreen) },
  { path: "/console/audit", load: () => import("../features/audit/AuditScreen").then((m) => m.AuditScreen) },
];
