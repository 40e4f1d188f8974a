/** Addresses that more than one feature needs; above all where each amount is explained. */

const enc = encodeURIComponent;

/** Where the customer app explains a figure. */
export const explain = {
  /** All that a customer has, as the sum of its parts. */
  total: () => "/explain/total",
  cash: () => "/explain/cash",
  balance: (fund: string) => `/explain/balance/${enc(fund)}`,
  /** What is paid and not confirmed. */
  unconfirmed: (fund: string) => `/explain/unconfirmed/${enc(fund)}`,
  income: (fund: string, on: string) => `/explain/income/${enc(fund)}/${enc(on)}`,
  month: (fund: string, month: string) => `/explain/month/${enc(fund)}/${enc(month)}`,
  /** All income since the first day. */
  cumulative: (fund: string) => `/explain/cumulative/${enc(fund)}`,
  /** Per-10k income and 7-day yield of a published day. */
  yields: (fund: string, on: string) => `/explain/yields/${enc(fund)}/${enc(on)}`,
  quota: (fund: string) => `/explain/quota/${enc(fund)}`,
  cardLimit: (cardId: string) => `/explain/card-limit/${enc(cardId)}`,
  bankLimit: (bank: string) => `/explain/bank-limit/${enc(bank)}`,
  rule: (fund: string, rule: string) => `/explain/rule/${enc(fund)}/${enc(rule)}`,
  /** An order's own figures: its page with states and receipt. */
  order: (orderId: string) => `/orders/${enc(orderId)}`,
  statement: (month: string) => `/statements/${enc(month)}`,
};

/** Where the console explains a figure. */
export const consoleLinks = {
  account: (account: string) => `/console/ledger/accounts/${enc(account)}`,
  transfer: (transferId: string) => `/console/ledger/transfers/${enc(transferId)}`,
  order: (orderId: string) => `/console/orders/${enc(orderId)}`,
  approval: (approvalId: string) => `/console/approvals/${enc(approvalId)}`,
  trialBalance: (asOf: string) => `/console/ledger?as_of=${enc(asOf)}`,
  closeDay: (fund: string, on: string) => `/console/close/${enc(fund)}/${enc(on)}`,
  liquidity: (fund: string) => `/console/liquidity/${enc(fund)}`,
  break: (breakId: string) => `/console/breaks/${enc(breakId)}`,
  breaks: (fund: string) => `/console/breaks?fund=${enc(fund)}`,
  /** One of the files between us and a manager, in the monitor. */
  managerFile: (fileId: string) => `/console/connections?file=${enc(fileId)}`,
  customer: (customerId: string) => `/console/customers/${enc(customerId)}`,
  debt: (orderId: string) => `/console/debts/${enc(orderId)}`,
  case: (caseId: string) => `/console/cases/${enc(caseId)}`,
  estate: (estateId: string) => `/console/estates/${enc(estateId)}`,
  /** The forms that begin from a customer. */
  placeOrder: (customerId: string) => `/console/legal-orders?customer=${enc(customerId)}`,
  reportDeath: (customerId: string) => `/console/estates?customer=${enc(customerId)}`,
  /** The form that proposes a change of a kind; some begin from what they are about. */
  propose: (kind: string, about: Readonly<Record<string, string>> = {}) => `/console/propose/${enc(kind)}?${new URLSearchParams(about)}`,
};

/** The customer app's own places. */
export const places = {
  home: () => "/",
  welcome: () => "/welcome",
  register: () => "/register",
  registerSecure: () => "/register/secure",
  signIn: () => "/sign-in",
  recover: () => "/recover",
  recoverPassword: () => "/recover/password",
  personas: () => "/personas",
  funds: () => "/funds",
  product: (fund: string) => `/funds/${enc(fund)}`,
  buy: (fund: string) => `/funds/${enc(fund)}/buy`,
  /** How a purchase goes on, right after it was made. */
  bought: (fund: string, orderId: string) => `/funds/${enc(fund)}/buy/${enc(orderId)}`,
  document: (fund: string, name: string) => `/funds/${enc(fund)}/documents/${enc(name)}`,
  redeem: (fund: string) => `/funds/${enc(fund)}/redeem`,
  income: (fund: string) => `/funds/${enc(fund)}/income`,
  records: () => "/orders",
  cards: () => "/cards",
  bindCard: () => "/cards/new",
  pay: () => "/pay",
  send: () => "/send",
  security: () => "/security",
  notifications: () => "/notifications",
  statements: () => "/statements",
  /** What the customer agreed to. */
  agreements: () => "/agreements",
  me: () => "/me",
  help: () => "/help",
};

/** The developer pages. */
export const devPlaces = {
  start: () => "/dev/",
  personas: () => "/dev/personas",
  faults: () => "/dev/faults",
  magic: () => "/dev/magic",
  events: () => "/dev/events",
  /** Events about one object. */
  eventsOf: (object: string) => `/dev/events?object=${enc(object)}`,
  webhooks: () => "/dev/webhooks",
  webhook: (id: string) => `/dev/webhooks/${enc(id)}`,
};
