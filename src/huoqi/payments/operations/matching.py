"""What the daily matching reads of statements and orders, and what it has done to payouts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.ledger.queries import shards
from huoqi.payments._store import bank_days, banks, matching, orders
from huoqi.payments._store.matching import PayoutStop, StatementLine
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.bank_profiles import Direction, value_date
from huoqi.payments.statements import BankCursor

__all__ = [
    "PayoutStop",
    "StatementLine",
    "bank_cursors",
    "bank_numbers",
    "banks_began",
    "days_waiting",
    "lift_payout_stop",
    "line_of",
    "lines_of_days",
    "lines_of_keys",
    "lines_of_orders",
    "orders_like",
    "orders_named",
    "orders_unnamed",
    "pages_contradicted",
    "payout_stop",
    "statement_states",
    "stop_payouts",
    "value_days",
]

banks_began = matching.began
lines_of_days = matching.lines_of_days
lines_of_orders = matching.lines_of_orders
lines_of_keys = matching.lines_of_keys
line_of = matching.line
days_waiting = matching.days_waiting
statement_states = matching.day_states
pages_contradicted = matching.pages_contradicted
stop_payouts = matching.stop_payouts
lift_payout_stop = matching.lift_stop
payout_stop = matching.payout_stop


def bank_cursors(work: Work) -> dict[str, BankCursor]:
    """Return how far each bank's statements have come without a gap."""
    return {cursor.bank: cursor for cursor in bank_days.cursors(work)}


def bank_numbers(work: Work) -> Mapping[str, int]:
    """Return the number of each bank in the ledger."""
    return banks.offices_on(work, on=shanghai_date(work.at)).numbers


def orders_named(work: Work, order_ids: Sequence[UUID]) -> dict[UUID, MoneyOrder]:
    """Return orders by their ids alone; unknown ids lack."""
    return orders.of_order_ids(work, order_ids, shards=shards(work)) if order_ids else {}


def orders_unnamed(
    work: Work, periods: Sequence[tuple[str, datetime, datetime]]
) -> list[MoneyOrder]:
    """Return orders sent to banks in some periods that may have moved money and no line names."""
    keys = matching.unnamed(work, periods)
    found = orders.find(work, keys)
    return [found[key] for key in keys]


def orders_like(work: Work, line: StatementLine, *, since: datetime) -> list[MoneyOrder]:
    """Return orders of a line's bank, direction and amount that no line names, the oldest first."""
    moved_in = line.is_credit is not line.is_reversal
    keys = matching.same_money(
        work,
        {
            "bank": line.bank,
            "direction": Direction.COLLECT if moved_in else Direction.PAYOUT,
            "amount": line.amount_fen,
            "since": since,
            "until": work.at + timedelta(days=1),
            "limit": 5,
        },
    )
    found = orders.find(work, keys)
    return [found[key] for key in keys]


def value_days(work: Work, sent: Sequence[MoneyOrder]) -> dict[UUID, tuple[date, date]]:
    """Return of sent orders the day that their bank books them on, and the last one it may."""
    channels = banks.offices_on(work, on=shanghai_date(work.at)).channels
    cut_offs = {
        (bank, direction, each.channel): each
        for (bank, direction), found in channels.items()
        for each in found
    }
    days = {}
    for order in sent:
        if order.sent_at is None:
            continue
        profile = cut_offs.get((order.bank, order.direction, order.channel))
        decided_at = order.decided_at or order.sent_at
        on = value_date(profile, order.sent_at) if profile else shanghai_date(order.sent_at)
        last = value_date(profile, decided_at) if profile else shanghai_date(decided_at)
        days[order.order_id] = (on, max(on, last))
    return days
