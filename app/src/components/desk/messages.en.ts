/** Words that several screens of the console share. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  roles: { viewer: "Viewer", operator: "Operator", approver: "Approver", finance: "Finance", compliance: "Compliance", support: "Support", developer: "Developer" },
  side: { purchase: "Purchase", redemption: "Redemption" },
  speed: { fast: "fast", normal: "normal" },
  origin: { customer: "customer", advance_provider: "advance provider", system: "system", plan: "savings plan" },
  orderState: {
    placed: "Placed", paid: "Paid", sent: "Sent to manager", confirmed: "Confirmed", earning: "Earning", partly_confirmed: "Partly confirmed",
    cancelled: "Cancelled", refused: "Refused", failed: "Failed", refunded: "Refunded", accepted: "Accepted", paid_out: "Paid out",
    deferred: "Deferred", unknown: "Outcome unknown",
  },
  payState: {
    created: "Created", reserved: "Reserved", sent: "Sent", unknown: "Outcome unknown", disputed: "Disputed", succeeded: "Succeeded",
    rejected: "Rejected", cancelled: "Cancelled", blocked: "Blocked", failed: "Failed", paid_out: "Paid out", offset: "Set off", pending: "Pending",
    settled: "Settled", returned: "Returned",
  },
  waitsFor: {
    us: "us", your_bank: "the customer's bank", bank: "the bank", fund_manager: "the fund manager", clock: "its hour", custodian: "the custodian", approver: "a second person", authority: "the identity authority", customer: "the customer",
  },
  kinds: { redemption: "Redemption", refund: "Refund" },
  ledgerKinds: {
    bank_clearing: "Bank clearing", platform_cash: "Own cash", in_transit: "In transit", fund_settlement: "Fund settlement", fund_issuance: "Fund issuance", holders_units: "Holders' units",
    holders_accrued: "Accrued income", advance_line: "Advance line", advance_receivable: "Advances receivable", income: "Income", fees: "Fees", expense: "Expense", suspense: "Suspense", customer_cash: "Customer cash", receivable: "Receivable",
  },
  entryKinds: { post: "Posted", pending: "Hold", post_pending: "Hold posted", void: "Hold voided", reverse: "Reversed", expire: "Hold expired" },
  reasons: {
    "card.insufficient_funds": "not enough money on the card", "card.single_limit": "over the bank's limit for one payment", "card.daily_limit": "over the bank's limit for the day", "card.lost": "the card is reported lost",
    "card.blocked": "the card is blocked by its bank", "card.unknown_to_bank": "unknown to the bank", "card.bank_down": "the bank is down", "fund.rejected": "not confirmed by the manager",
    reversed_by_bank: "the bank took the money back", returned_by_bank: "the payment came back from the bank", cancelled_by_customer: "cancelled by the customer", "payment.refund_exceeds_original": "the refund would exceed what was paid",
    payment_failed: "payment failed", manager_refused: "refused by the manager", cancelled_before_cut_off: "cancelled before cut-off", payout_failed: "payout failed", rejected: "refused by the bank", cancelled: "cancelled",
  },
  purposes: {
    support_call: "Call of the customer", complaint: "Complaint", identity_check: "Identity check", fraud_check: "Fraud check", reconciliation: "Reconciliation",
    court_order: "Court order", access_request: "Customer's own access request",
  },
  purpose: "Purpose",
  choosePurpose: "Choose a purpose",
  all: "All",
  open: "Open",
  filters: "Filters",
  fund: "Fund",
  newer: "The list has changed.",
  loadNewer: "Load anew",
  noneFound: "Nothing matches.",
  clearFilters: "Clear the filters",
  notAllowed: (roles) => `Your role may not see this; it takes: ${roles}.`,
  copy: "copy it whole",
  copied: "Copied",
  sent: "Proposed; a second person decides.",
  yuan: "yuan",
  days: (n) => (n === 1 ? "1 day" : `${n} days`),
  moreRows: "Load more",
  nobody: "—",
  live: "Live",
  notLive: "Reconnecting",
  expected: "Expected",
  actual: "Actual",
};
export default en;
