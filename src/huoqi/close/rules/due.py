"""What is due next: the daily rhythm of a fund house, from the days that are done already.

Shanghai time: the fast transfers of the day before are told at 00:05, its income is published at
01:30 and it closes at 02:00, the banks' statements come at 08:00, on every calendar day;
confirmations come at 09:00, the cut-off is 15:00 and the orders leave at 15:05, on trading days.
Whatever was not ready is asked for again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from huoqi.kit.dates import shanghai_at, shanghai_date, shanghai_midnight

ASK_AGAIN_AFTER = timedelta(minutes=15)
CLOSE_AGAIN_AFTER = timedelta(minutes=60)
_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What can fall due; the order of the members is the order at one instant."""

    QUOTA_RESET = "quota_reset"
    APPLICATION = "application"
    PAYMENT = "payment"
    STATEMENTS = "statements"
    TRANSFERS = "transfers"
    CONFIRMATIONS = "confirmations"
    PLANS = "plans"
    INCOME = "income"
    CLOSE = "close"
    SEAL = "seal"
    CUT_OFF = "cut_off"
    ORDERS_OUT = "orders_out"


_SEQUENCE: Mapping[Kind, int] = {kind: place for place, kind in enumerate(Kind)}
# These only mark a moment: nothing runs, the dated rules and the cut-off read the clock.
MOMENTS = frozenset({Kind.QUOTA_RESET, Kind.CUT_OFF})
# Each fund keeps a cursor of these: the last day that is done.
FUND_KINDS = (Kind.TRANSFERS, Kind.CONFIRMATIONS, Kind.INCOME, Kind.CLOSE, Kind.ORDERS_OUT)


class Sessions(Protocol):
    """The trading days that are known, up to a last one."""

    def is_trading_day(self, on: date) -> bool:
        """Tell whether the exchange has a session on this date."""
        ...

    def next_trading_day(self, on: date) -> date:
        """Return the first session after this date."""
        ...

    @property
    def last_loaded_on(self) -> date:
        """Return the last date that is known."""
        ...


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due: when, what, for which day and whom."""

    at: datetime
    kind: Kind
    detail: str = ""
    on: date | None = None

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Return what due things are sorted by: instant, sequence at one instant, name."""
        return (self.at, _SEQUENCE[self.kind], self.detail)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one fund's rhythm has come: the last day done of each kind, and when to ask again."""

    fund: str
    done_on: Mapping[Kind, date]
    again_at: Mapping[Kind, datetime] = field(default_factory=dict)


def cursor_at_start(fund: str, *, at: datetime) -> Cursor:
    """Return the cursor of a fund that begins today: all before today counts as done."""
    yesterday = shanghai_date(at) - _DAY
    return Cursor(fund, dict.fromkeys(FUND_KINDS, yesterday))


def fund_dues(cursor: Cursor, *, sessions: Sessions) -> list[Due]:
    """Return the next due of each kind for one fund, in order.

    Whatever the manager is asked for waits for the fast transfers, which it must know before it
    closes its own days. A close waits for its day's income and, on a trading day, for its
    confirmations; so it is never before them, and no day is before the day before it.
    """
    transfers_on = cursor.done_on[Kind.TRANSFERS] + _DAY
    transfers = _due(cursor, Kind.TRANSFERS, on=transfers_on, at=transfers_at(transfers_on))
    income_on = cursor.done_on[Kind.INCOME] + _DAY
    close_on = cursor.done_on[Kind.CLOSE] + _DAY
    confirm_on = _next_session(cursor.done_on[Kind.CONFIRMATIONS], sessions=sessions)
    send_on = _next_session(cursor.done_on[Kind.ORDERS_OUT], sessions=sessions)
    income = _due(cursor, Kind.INCOME, on=income_on, at=income_at(income_on))
    income = _after(transfers, income, cursor=cursor)
    dues = [transfers, income]
    close_from = close_at(close_on)
    if income_on <= close_on:
        close_from = max(close_from, income.at)
    if confirm_on is not None:
        confirmations = _due(
            cursor, Kind.CONFIRMATIONS, on=confirm_on, at=confirmations_at(confirm_on)
        )
        confirmations = _after(transfers, confirmations, cursor=cursor)
        dues.append(confirmations)
        if confirm_on <= close_on:
            close_from = max(close_from, confirmations.at)
    if send_on is not None:
        dues.append(_due(cursor, Kind.ORDERS_OUT, on=send_on, at=orders_out_at(send_on)))
    close = _due(cursor, Kind.CLOSE, on=close_on, at=close_from)
    dues.append(_after(transfers, close, cursor=cursor))
    seal_at = cursor.again_at.get(Kind.SEAL)
    if seal_at is not None:
        # Only a day whose seal lacks a signer has this cursor: it is asked for again.
        dues.append(Due(seal_at, Kind.SEAL, cursor.fund, cursor.done_on[Kind.SEAL] + _DAY))
    return sorted(dues, key=lambda due: due.order)


def _due(cursor: Cursor, kind: Kind, *, on: date, at: datetime) -> Due:
    again_at = cursor.again_at.get(kind)
    return Due(at if again_at is None else max(at, again_at), kind, cursor.fund, on)


def _after(transfers: Due, due: Due, *, cursor: Cursor) -> Due:
    """Return what is due, put off while fast transfers that should be told by then are not."""
    assert transfers.on is not None
    is_overdue = Kind.TRANSFERS in cursor.again_at or transfers_at(transfers.on) <= due.at
    return replace(due, at=max(due.at, transfers.at)) if is_overdue else due


def _next_session(after: date, *, sessions: Sessions) -> date | None:
    """Return the next session that is known; None beyond the calendar's horizon."""
    if after >= sessions.last_loaded_on:
        return None
    following = after + _DAY
    while not sessions.is_trading_day(following):
        if following >= sessions.last_loaded_on:
            return None
        following += _DAY
    return following


def transfers_at(on: date) -> datetime:
    """Return when the manager is told of the fast transfers of a day."""
    return shanghai_at(on + _DAY, hour=0, minute=5)


def income_at(on: date) -> datetime:
    """Return when the manager publishes the income of a day.

    >>> income_at(date(2015, 5, 11)).isoformat()
    '2015-05-11T17:30:00+00:00'
    """
    return shanghai_at(on + _DAY, hour=1, minute=30)


def close_at(on: date) -> datetime:
    """Return when the close of a day begins."""
    return shanghai_at(on + _DAY, hour=2)


def statements_at(on: date) -> datetime:
    """Return from when on the banks' statements of a day are expected."""
    return shanghai_at(on + _DAY, hour=8)


def confirmations_at(on: date) -> datetime:
    """Return when the confirmations that take effect on a trading day arrive."""
    return shanghai_at(on, hour=9)


def cut_off_at(on: date) -> datetime:
    """Return the cut-off of a trading day; the instant itself belongs to the next one."""
    return shanghai_at(on, hour=15)


def orders_out_at(on: date) -> datetime:
    """Return when the orders of a trading day leave for the manager."""
    return shanghai_at(on, hour=15, minute=5)


def moments_after(at: datetime, *, sessions: Sessions) -> list[Due]:
    """Return the next midnight, which resets quotas, and the next cut-off."""
    today = shanghai_date(at)
    dues = [Due(shanghai_midnight(today + _DAY), Kind.QUOTA_RESET, on=today + _DAY)]
    session = _next_session(today - _DAY, sessions=sessions)
    if session == today and cut_off_at(today) <= at:
        session = _next_session(today, sessions=sessions)
    if session is not None:
        dues.append(Due(cut_off_at(session), Kind.CUT_OFF, on=session))
    return dues


def upcoming(dues: Iterable[Due], *, limit: int) -> list[Due]:
    """Return the first few in order of (due time, sequence number)."""
    return sorted(dues, key=lambda due: due.order)[:limit]
