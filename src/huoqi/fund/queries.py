"""What can be asked of funds, orders and holdings. Nothing here writes or locks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from huoqi.fund._store import days as days_store
from huoqi.fund._store import debts as debts_store
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store import on_the_way
from huoqi.fund._store import orders as store
from huoqi.fund._store import payouts as payouts_store
from huoqi.fund._store import products as products_store
from huoqi.fund._store import spending as spending_store
from huoqi.fund._store.day_use import use_of
from huoqi.fund._store.products import AdvanceLine
from huoqi.fund.columns import HoldingColumns, earning_at, holdings_at
from huoqi.fund.confirmations import orders_without_answer
from huoqi.fund.days import FundDay, RivalYield, ShardTotal, StoredReport
from huoqi.fund.debt_nouns import Debt, Settlement
from huoqi.fund.explaining import (
    DayAhead,
    IncomeOfDay,
    days_ahead,
    explain_day,
    income_of,
    incomes_between,
)
from huoqi.fund.holdings import positions_of
from huoqi.fund.merchants import Merchant, MerchantPayment, MerchantRefund
from huoqi.fund.movements import Movement, Movements, movements_of
from huoqi.fund.orders import FundOrder, OrderKey, Payout, PayoutState, Side, Speed
from huoqi.fund.payout_retries import next_steps
from huoqi.fund.products import FundUnknown, Rule
from huoqi.fund.rules.confirmation import (
    PurchaseDates,
    RedemptionDates,
    fast_redemption_dates,
    normal_redemption_dates,
    purchase_dates,
)
from huoqi.fund.rules.fast_redemption import FastLimits, FastPosition, QuotaLeft, quota_left
from huoqi.fund.rules.yields import YieldOfDay, is_flagged, yields_of_series
from huoqi.fund.shelf import products_of, terms_of_fund, trading_calendar
from huoqi.fund.timeline import TimelineStep, timeline_of
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.ledger.queries import shards

ONE_DAY = timedelta(days=1)
WEEK_BEFORE = timedelta(days=6)

__all__ = [
    "AdvanceLine",
    "DayAhead",
    "FastQuota",
    "HoldingColumns",
    "HoldingNow",
    "IncomeOfDay",
    "Movement",
    "Movements",
    "PublishedYield",
    "ShardTotal",
    "TimelineStep",
    "advance_line_of",
    "cash_expected_on",
    "dates_of",
    "day_of",
    "days_ahead",
    "days_of",
    "debt_of",
    "earning_at",
    "explain_day",
    "fast_quota_of",
    "holding_of",
    "holdings_at",
    "holdings_of",
    "income_of",
    "incomes_between",
    "movements_of",
    "next_steps",
    "open_debts",
    "order_of",
    "orders_of",
    "orders_without_answer",
    "payouts_in",
    "payouts_of",
    "payouts_of_customer",
    "products_of",
    "published_until",
    "report_of",
    "rivals_of",
    "settled_debts",
    "settlements_of",
    "timeline_of",
    "trading_calendar",
    "yields_of",
]


@dataclass(frozen=True, slots=True)
class HoldingNow:
    """A customer's holding as it stands: what is there, what is spoken for, what is on the way.

    ``accrued_fen`` is income that becomes units on the carry day (monthly carry).
    """

    shard: int
    fund: str
    customer_no: int
    units_e2: int
    available_e2: int
    advanceable_e2: int
    ordered_e2: int
    frozen_e2: int
    unconfirmed_fen: int
    last_income_on: date | None
    last_income_fen: int | None
    accrued_fen: int = 0


def merchant_by_code(work: Work, code: str) -> Merchant | None:
    """Return the active merchant with a number or an id."""
    if code.isdecimal() and len(code) <= 9:
        return spending_store.merchant_of_no(work, int(code))
    try:
        merchant_id = UUID(code)
    except ValueError:
        return None
    found = spending_store.merchants_of_ids(work, [merchant_id]).get(merchant_id)
    return found if found is not None and found.state == "active" else None


def all_merchants(work: Work) -> list[Merchant]:
    """Return every merchant by its number."""
    return spending_store.merchants(work)


def paid_to(
    work: Work, *, merchant_no: int, before: UUID | None, limit: int
) -> list[MerchantPayment]:
    """Return what a merchant was paid, newest first; ``before`` is the last one seen."""
    return spending_store.payments_of_merchant(
        work, merchant_no=merchant_no, before=before, limit=limit
    )


def refunds_of_payment(
    work: Work, payment_id: UUID
) -> tuple[MerchantPayment, list[MerchantRefund]] | None:
    """Return a payment to a merchant with its refunds, oldest first; None if there is none."""
    payment = spending_store.payment_anywhere(work, payment_id, shards=shards(work))
    return (payment, spending_store.refunds_of(work, payment.key)) if payment else None


def paid_by(work: Work, *, shard: int, customer_no: int, limit: int) -> list[MerchantPayment]:
    """Return what a customer paid to merchants, newest first."""
    return spending_store.payments_of_customer(
        work, shard=shard, customer_no=customer_no, limit=limit
    )


def holdings_of(work: Work, *, shard: int, customer_no: int) -> list[HoldingNow]:
    """Return all holdings of a customer; an empty one where the first money is on its way."""
    rows = holdings_store.holdings_of(work, shard=shard, customer_no=customer_no)
    positions = positions_of(work, rows, on=shanghai_date(work.at))
    waiting = on_the_way.paid_fen(work, shard=shard, customer_no=customer_no)
    found = []
    for row in rows:
        position = positions[row.key]
        income = None
        if position.published_until is not None and position.published_until >= row.opened_on:
            income = income_of(work, row.key, on=position.published_until)
        found.append(
            HoldingNow(
                *row.key,
                units_e2=position.units_e2,
                available_e2=position.available_e2,
                advanceable_e2=position.advanceable_e2,
                ordered_e2=row.ordered_e2,
                frozen_e2=row.frozen_e2,
                unconfirmed_fen=waiting.pop(row.fund, 0),
                last_income_on=position.published_until if income else None,
                last_income_fen=income.income_fen if income else None,
                accrued_fen=position.accrued_fen,
            )
        )
    return found + [_empty((shard, fund, customer_no), fen) for fund, fen in waiting.items()]


def holding_of(work: Work, *, shard: int, customer_no: int, fund: str) -> HoldingNow:
    """Return a customer's holding of a fund; an empty one where there is none yet."""
    for holding in holdings_of(work, shard=shard, customer_no=customer_no):
        if holding.fund == fund:
            return holding
    return _empty((shard, fund, customer_no), 0)


def _empty(key: tuple[int, str, int], unconfirmed_fen: int) -> HoldingNow:
    return HoldingNow(*key, 0, 0, 0, 0, 0, unconfirmed_fen, None, None)


def order_of(work: Work, key: OrderKey) -> FundOrder | None:
    """Return an order by shard and id."""
    return store.orders(work, [key]).get(key)


def orders_of(
    work: Work, *, shard: int, customer_no: int, before: UUID | None = None, limit: int = 50
) -> list[FundOrder]:
    """Return a customer's orders, newest first, from those older than a given one."""
    return store.orders_of(work, shard=shard, customer_no=customer_no, before=before, limit=limit)


def payouts_of(work: Work, keys: Sequence[OrderKey]) -> list[Payout]:
    """Return the payouts of orders: redemption money and refunds."""
    return payouts_store.payouts_of(work, keys)


def debt_of(work: Work, order_id: UUID) -> Debt | None:
    """Return the debt of a purchase whose collection was taken back."""
    return debts_store.debt_of_order(work, order_id)


def open_debts(work: Work, *, before: UUID | None = None, limit: int = 50) -> list[Debt]:
    """Return debts that are not settled, those of the newest orders first."""
    return debts_store.debts(work, is_open=True, before=before, limit=limit)


def settled_debts(work: Work, *, before: UUID | None = None, limit: int = 50) -> list[Debt]:
    """Return debts that are settled, those of the newest orders first."""
    return debts_store.debts(work, is_open=False, before=before, limit=limit)


def settlements_of(work: Work, debt: Debt) -> list[Settlement]:
    """Return what was done about a debt, oldest first."""
    return debts_store.settlements_of(work, debt.key)


def payouts_in(
    work: Work, *, state: PayoutState, after: UUID | None = None, limit: int = 50
) -> list[Payout]:
    """Return blocked or failed payouts of all customers, oldest first, after a given one.

    A fast redemption that was undone is among the failed ones: its units are back.
    """
    return payouts_store.payouts_in(work, state=state, after=after, limit=limit)


def payouts_of_customer(
    work: Work, *, shard: int, customer_no: int, before: UUID | None = None, limit: int = 50
) -> list[Payout]:
    """Return a customer's payouts, those of the newest order first, after a given one."""
    return payouts_store.payouts_of_customer(
        work, shard=shard, customer_no=customer_no, before=before, limit=limit
    )


def published_until(work: Work, *, fund: str) -> date | None:
    """Return the last published day of a fund."""
    return days_store.published_until(work, fund=fund)


def days_of(work: Work, *, fund: str, first_on: date, last_on: date) -> Mapping[date, FundDay]:
    """Return the published days of a period."""
    return days_store.days_between(work, fund=fund, first_on=first_on, last_on=last_on)


def day_of(work: Work, *, fund: str, on: date) -> FundDay | None:
    """Return a published day."""
    return days_of(work, fund=fund, first_on=on, last_on=on).get(on)


def report_of(work: Work, *, fund: str, on: date) -> StoredReport | None:
    """Return the manager's latest report of a day."""
    return days_store.reports_between(work, fund=fund, first_on=on, last_on=on).get(on)


def rivals_of(work: Work, *, first_on: date, last_on: date) -> list[RivalYield]:
    """Return other funds' quoted yields of a period, latest first, each with its source."""
    return days_store.rivals_between(work, first_on=first_on, last_on=last_on)


@dataclass(frozen=True, slots=True)
class PublishedYield:
    """A day's figures as the manager published them, and the yield as we recompute it.

    ``is_flagged`` when both are there over a whole week and differ by 0.001 point or more.
    """

    on: date
    income_per_10k_e5: int
    decimals: int
    published_e3: int | None
    recomputed: YieldOfDay
    is_flagged: bool
    source: str
    received_at: datetime


def yields_of(work: Work, *, fund: str, first_on: date, last_on: date) -> list[PublishedYield]:
    """Return published and recomputed yields of a period, oldest first; days without report lack.

    A hole inside a week makes that week's yield not available, never zero.
    """
    carry = terms_of_fund(work, fund=fund).product.carry
    reports = days_store.reports_between(
        work, fund=fund, first_on=first_on - WEEK_BEFORE, last_on=last_on
    )
    if not reports:
        return []
    begin, end = min(reports), max(reports)
    days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    series = [(on, reports[on].report.income_per_10k_e5 if on in reports else None) for on in days]
    computed = {each.on: each for each in yields_of_series(series, carry=carry)}
    return [
        _published_yield(reports[on], recomputed=computed[on])
        for on in days
        if on in reports and on >= first_on
    ]


def _published_yield(stored: StoredReport, *, recomputed: YieldOfDay) -> PublishedYield:
    report = stored.report
    flagged = recomputed.is_full and is_flagged(
        report.yield_7d_e3, recomputed_e3=recomputed.yield_7d_e3
    )
    return PublishedYield(
        on=report.on,
        income_per_10k_e5=report.income_per_10k_e5,
        decimals=report.decimals,
        published_e3=report.yield_7d_e3,
        recomputed=recomputed,
        is_flagged=flagged,
        source=report.source,
        received_at=stored.received_at,
    )


@dataclass(frozen=True, slots=True)
class FastQuota:
    """What a customer may redeem fast today, by which rule, and what the provider still lends."""

    left: QuotaLeft
    advanceable_e2: int
    line_left_fen: int | None
    rule: Rule


def fast_quota_of(work: Work, *, shard: int, customer_no: int, fund: str) -> FastQuota | None:
    """Return the fast quota of today; None when fast redemption is not offered."""
    terms = terms_of_fund(work, fund=fund)
    rule = terms.rules.get("fund.fast_redemption")
    if rule is None or not terms.product.state.takes_fast_redemptions:
        return None
    used = use_of(work, (shard, fund, customer_no), on=shanghai_date(work.at))
    line_fen = products_store.line(work, fund=fund).left_fen
    held = holding_of(work, shard=shard, customer_no=customer_no, fund=fund)
    limits = FastLimits(
        rule.effective_from, None, rule.figure("max_count"), rule.figure("max_amount_fen")
    )
    position = FastPosition(held.advanceable_e2, used.fast_count, used.fast_fen, line_fen)
    return FastQuota(quota_left(position, limits=limits), held.advanceable_e2, line_fen, rule)


def advance_line_of(work: Work, *, fund: str) -> AdvanceLine:
    """Return what the provider lends to fast redemptions, and what is lent; raise FundUnknown."""
    require_product(work, fund=fund)
    return products_store.line(work, fund=fund)


def dates_of(
    work: Work, *, fund: str, side: Side, speed: Speed = Speed.NORMAL
) -> PurchaseDates | RedemptionDates:
    """Return the dates that an order of this instant would have; raise CalendarHorizon."""
    terms = terms_of_fund(work, fund=fund)
    if side is Side.PURCHASE:
        return purchase_dates(work.at, calendar=terms.calendar, cut_off=terms.cut_off)
    if speed is Speed.FAST:
        return fast_redemption_dates(work.at, calendar=terms.calendar, cut_off=terms.cut_off)
    return normal_redemption_dates(work.at, calendar=terms.calendar, cut_off=terms.cut_off)


def cash_expected_on(work: Work, *, fund: str, speed: Speed) -> date:
    """Return when the cash of a redemption of this instant is expected on the card."""
    if speed is Speed.FAST:
        return shanghai_date(work.at)
    terms = terms_of_fund(work, fund=fund)
    dates = normal_redemption_dates(work.at, calendar=terms.calendar, cut_off=terms.cut_off)
    after_days = terms.rule("fund.redemption_cash").figure("after_confirmation_days") or 0
    return dates.confirmed_on + timedelta(days=after_days)


def require_product(work: Work, *, fund: str) -> None:
    """Raise FundUnknown unless a fund is on sale."""
    if not products_of(work, funds=[fund]):
        raise FundUnknown(fund=fund)
