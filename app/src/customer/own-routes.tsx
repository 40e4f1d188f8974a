/** The screens of what a customer already has: money out, income, explanations, records, account. */
import type { Route } from "../lib/router";

export const ownRoutes: readonly Route[] = [
  { path: "/funds/:fund/redeem", load: () => import("../features/redemptions/RedeemScreen").then((m) => m.RedeemScreen) },
  { path: "/explain/total", load: () => import("../features/explain/SumScreens").then((m) => m.TotalScreen) },
  { path: "/explain/cash", load: () => import("../features/explain/SumScreens").then((m) => m.CashScreen) },
  { path: "/explain/balance/:fund", load: () => import("../features/explain/SumScreens").then((m) => m.BalanceScreen) },
  { path: "/explain/month/:fund/:month", load: () => import("../features/explain/SumScreens").then((m) => m.MonthScreen) },
  { path: "/explain/cumulative/:fund", load: () => import("../features/explain/CumulativeScreen").then((m) => m.CumulativeScreen) },
  { path: "/explain/income/:fund/:on", load: () => import("../features/explain/IncomeDayScreen").then((m) => m.IncomeDayScreen) },
  { path: "/explain/yields/:fund/:on", load: () => import("../features/explain/YieldsScreen").then((m) => m.YieldsScreen) },
  { path: "/explain/quota/:fund", load: () => import("../features/explain/QuotaScreen").then((m) => m.QuotaScreen) },
  { path: "/explain/card-limit/:card", load: () => import("../features/explain/LimitScreens").then((m) => m.CardLimitScreen) },
  { path: "/explain/bank-limit/:bank", load: () => import("../features/explain/LimitScreens").then((m) => m.BankLimitScreen) },
  { path: "/explain/rule/:fund/:rule", load: () => import("../features/explain/RuleScreen").then((m) => m.RuleScreen) },
  { path: "/funds/:fund/income", load: () => import("../features/income/IncomeScreen").then((m) => m.IncomeScreen) },
  { path: "/orders", load: () => import("../features/records/RecordsScreen").then((m) => m.RecordsScreen) },
  { path: "/orders/:order", load: () => import("../features/records/OrderScreen").then((m) => m.OrderScreen) },
  { path: "/orders/:order/receipt", load: () => import("../features/records/ReceiptScreen").then((m) => m.ReceiptScreen) },
];
