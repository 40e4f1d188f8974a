"""What the close asks of a fund's day: events, anchors, published rows, reports, order totals."""

from collections.abc import Mapping
from datetime import date, timedelta

from huoqi.fund._store import day_facts as store
from huoqi.fund._store import days as days_store
from huoqi.fund._store import overrides as overrides_store
from huoqi.fund._store import products as products_store
from huoqi.fund._store.day_facts import OrderTotals
from huoqi.fund.days import ShardTotal
from huoqi.fund.managers.port import FundDayReport
from huoqi.fund.postings import control_accounts
from huoqi.fund.rules.allocation import FundDayRow
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.ledger.queries import balances, balances_as_of, shards
from huoqi.ledger.rules.chart import AccountKind

_RATES_DAYS = 6

__all__ = [
    "OrderTotals",
    "accrued_balances",
    "anchors",
    "changes_on",
    "control_balances",
    "control_units_at_end",
    "events_between",
    "flows_on",
    "fund_codes",
    "later_changes",
    "later_paid",
    "latest_report",
    "lock_days",
    "order_totals",
    "overrides_between",
    "paid_on",
    "published_rows",
    "rates_before",
    "shard_totals",
]


def lock_days(work: Work, *, fund: str) -> None:
    """Let nobody else publish a day of a fund or accept a figure for it, until the commit."""
    days_store.lock_days(work, fund=fund)


def fund_codes(work: Work) -> list[str]:
    """Return the codes of all funds that have come onto the shelf by today."""
    return products_store.funds_until(work, on=shanghai_date(work.at))


def anchors(work: Work, *, fund: str) -> list[tuple[int, date, int]]:
    """Return customer, anchor date and units at its start of every holding, in customer order."""
    return [(row[0], row[1], row[2]) for row in store.all_anchors(work, fund=fund)]


def changes_on(work: Work, *, fund: str, on: date) -> list[tuple[int, int]]:
    """Return customer and units of every event that takes effect on a date.

    Among them is what accepted figures of closed days correct.
    """
    corrected = overrides_store.corrections_on(work, fund=fund, on=on)
    changes = [(row[0], row[1]) for row in store.changes_on(work, fund=fund, on=on)]
    return changes + [(account, delta_e2) for account, delta_e2, _ in corrected if delta_e2]


def flows_on(work: Work, *, fund: str, on: date) -> tuple[int, int]:
    """Return the cash of a date's confirmed purchases and of its confirmed redemptions, in fen."""
    return store.flows_on(work, fund=fund, on=on)


def later_changes(work: Work, *, fund: str, after: date) -> Mapping[int, int]:
    """Return by shard the units whose events take effect only after a date."""
    return store.later_changes(work, fund=fund, after=after)


def paid_on(work: Work, *, fund: str, on: date) -> list[tuple[int, int]]:
    """Return customer and accrued income that was paid with redeemed units of a date."""
    corrected = overrides_store.corrections_on(work, fund=fund, on=on)
    paid = [(row[0], row[1]) for row in store.paid_on(work, fund=fund, on=on)]
    return paid + [(account, -accrued_fen) for account, _, accrued_fen in corrected if accrued_fen]


def later_paid(work: Work, *, fund: str, after: date) -> Mapping[int, int]:
    """Return by shard the accrued income that leaves with units only after a date."""
    return store.later_paid(work, fund=fund, after=after)


def accrued_balances(work: Work, *, fund_no: int) -> dict[int, int]:
    """Return by shard the accrued income that the ledger says all holders have."""
    return control_balances(work, fund_no=fund_no, kind=AccountKind.HOLDERS_ACCRUED)


def control_balances(
    work: Work, *, fund_no: int, kind: AccountKind = AccountKind.HOLDERS_UNITS
) -> dict[int, int]:
    """Return by shard what the ledger says that all holders have."""
    accounts = control_accounts(fund_no, shards=shards(work), kind=kind)
    found = balances(work, list(accounts.values()))
    return {
        shard: found[account].credit_balance if account in found else 0
        for shard, account in accounts.items()
    }


def events_between(
    work: Work, *, fund: str, first_on: date, last_on: date
) -> list[tuple[int, date, int]]:
    """Return customer, date and units of the events of a period that no anchor has in it."""
    rows = store.events_between(work, fund=fund, first_on=first_on, last_on=last_on)
    return [(row[0], row[1], row[2]) for row in rows]


def overrides_between(
    work: Work, *, fund: str, first_on: date, last_on: date
) -> list[tuple[int, date, int]]:
    """Return customer, date and income of the register's figures that were accepted."""
    rows = store.overrides_between(work, fund=fund, first_on=first_on, last_on=last_on)
    return [(row[0], row[1], row[2]) for row in rows]


def published_rows(
    work: Work, *, fund: str, first_on: date, last_on: date
) -> dict[date, FundDayRow]:
    """Return the published row of each day of a period."""
    days = days_store.days_between(work, fund=fund, first_on=first_on, last_on=last_on)
    return {on: day.row for on, day in days.items()}


def rates_before(work: Work, *, fund: str, on: date) -> list[int | None]:
    """Return the published rates of up to six days before a date, oldest first, without gaps.

    Days before the fund's first are left out; a day without a figure in between is None.
    """
    first_on, last_on = on - timedelta(days=_RATES_DAYS), on - timedelta(days=1)
    days = days_store.days_between(work, fund=fund, first_on=first_on, last_on=last_on)
    if not days:
        return []
    span = (last_on - min(days)).days + 1
    wanted = [min(days) + timedelta(days=n) for n in range(span)]
    return [days[d].income_per_10k_e5 if d in days else None for d in wanted]


def latest_report(work: Work, *, fund: str, on: date) -> FundDayReport | None:
    """Return the manager's latest report of a day."""
    found = days_store.reports_between(work, fund=fund, first_on=on, last_on=on).get(on)
    return found.report if found else None


def shard_totals(work: Work, *, fund: str, on: date) -> list[ShardTotal]:
    """Return what the holders of each shard held and earned on a published day."""
    return days_store.shards_of(work, fund=fund, on=on)


def control_units_at_end(work: Work, *, fund_no: int, on: date) -> dict[int, int]:
    """Return by shard what the ledger says that all holders had at the end of a date."""
    accounts = control_accounts(fund_no, shards=shards(work))
    found = balances_as_of(work, list(accounts.values()), on=on)
    return {
        shard: found[account].credit_balance if account in found else 0
        for shard, account in accounts.items()
    }


def order_totals(work: Work, *, fund: str, t_day: date) -> list[OrderTotals]:
    """Return the totals of a trading day's orders."""
    return store.order_totals(work, fund=fund, t_day=t_day)
