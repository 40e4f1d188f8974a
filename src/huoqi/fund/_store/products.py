"""SQL for products, their states, the trading calendar and the advance line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from huoqi.kit.db import Row, Work

_PRODUCTS = """
    -- Products of all times with their states, which are few: readers pick those of an instant.
    SELECT p.fund, p.effective_from, p.preset, p.name_zh, p.name_en, p.manager, p.knobs, p.source,
        NULL, NULL, NULL, f.fund_no, p.effective_until, s.froms, s.states, s.reasons
    FROM fund_product AS p JOIN fund AS f ON f.fund = p.fund
    LEFT JOIN LATERAL (
        SELECT array_agg(state_from ORDER BY state_from) AS froms,
            array_agg(state ORDER BY state_from) AS states,
            array_agg(reason ORDER BY state_from) AS reasons
        FROM fund_state WHERE fund = p.fund) AS s ON true
    ORDER BY p.fund, p.effective_from
"""
_ADD_FUND = """
    -- Numbers follow the order of opening; the lock keeps two openings apart.
    INSERT INTO fund (fund, fund_no, opened_at)
    SELECT %(fund)s, coalesce(max(fund_no), 0) + 1, %(at)s FROM fund
    ON CONFLICT (fund) DO NOTHING
"""
_LOCK_FUNDS = "SELECT pg_advisory_xact_lock(hashtextextended('fund numbers', 0))"
_FUND_NOS = "SELECT fund, fund_no FROM fund"
_ADD_PRODUCT = """
    INSERT INTO fund_product (fund, effective_from, preset, name_zh, name_en, manager, knobs,
        source)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_ADD_STATE = """
    INSERT INTO fund_state (fund, state_from, state, reason, source, decided_by)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (fund, state_from) DO UPDATE SET state = excluded.state,
        reason = excluded.reason, source = excluded.source, decided_by = excluded.decided_by
"""
_STATES = """
    SELECT state_from, state, reason, source, decided_by FROM fund_state
    WHERE fund = %s ORDER BY state_from
"""
_CALENDAR = """
    SELECT first_loaded_on, last_loaded_on, source, version, digest FROM exchange_calendar
    WHERE exchange = %s
"""
_CLOSURES = "SELECT closed_on FROM exchange_closure WHERE exchange = %s ORDER BY closed_on"
_LOCK_CALENDAR = "SELECT digest FROM exchange_calendar WHERE exchange = %s FOR UPDATE"
_PUT_CALENDAR = """
    -- A calendar that reaches further has not been told of: its alarm is still to come.
    INSERT INTO exchange_calendar AS known (exchange, first_loaded_on, last_loaded_on, source,
        version, digest)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (exchange) DO UPDATE SET first_loaded_on = excluded.first_loaded_on,
        last_loaded_on = excluded.last_loaded_on, source = excluded.source,
        version = excluded.version, digest = excluded.digest,
        alarmed_at = CASE WHEN known.last_loaded_on = excluded.last_loaded_on
            THEN known.alarmed_at END
"""
_ALARM = "UPDATE exchange_calendar SET alarmed_at = %s WHERE exchange = %s AND alarmed_at IS NULL"
_DROP_CLOSURES = "DELETE FROM exchange_closure WHERE exchange = %s"
_ADD_CLOSURES = "INSERT INTO exchange_closure SELECT %s, unnest(%s::date[])"
_OPEN_LINE = "INSERT INTO advance_line VALUES (%s, %s, 0) ON CONFLICT DO NOTHING"
_SET_LINE = "UPDATE advance_line SET limit_fen = %s WHERE fund = %s"
_LINE = "SELECT limit_fen, used_fen FROM advance_line WHERE fund = %s"
_LOCK_LINE = "SELECT limit_fen, used_fen FROM advance_line WHERE fund = %s FOR UPDATE"
_MOVE_LINE = "UPDATE advance_line SET used_fen = used_fen + %s WHERE fund = %s"
_ADD_HOLDERS = """
    INSERT INTO advance_holder (shard, fund, customer_no)
    SELECT h.shard, %s, h.customer_no
    FROM unnest(%s::smallint[], %s::bigint[]) AS h (shard, customer_no)
    ON CONFLICT DO NOTHING
"""
_HOLDERS = "SELECT shard, customer_no FROM advance_holder WHERE fund = %s ORDER BY shard"


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product's terms and its state at an instant."""

    fund: str
    effective_from: date
    preset: str
    name_zh: str
    name_en: str
    manager: str
    knobs: dict[str, Any]  # words and integers by knob; each reader knows its own
    source: str
    state: str | None
    state_from: datetime | None
    reason: str | None
    fund_no: int


@dataclass(frozen=True, slots=True)
class CalendarHead:
    """What an exchange's calendar covers, and the digest that changes with it."""

    first_loaded_on: date
    last_loaded_on: date
    source: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class AdvanceLine:
    """What the advance provider lends at most (None: any sum), and what is lent."""

    limit_fen: int | None
    used_fen: int

    @property
    def left_fen(self) -> int | None:
        """Return what can still be lent; None when there is no limit."""
        return None if self.limit_fen is None else self.limit_fen - self.used_fen


@dataclass(frozen=True, slots=True)
class _Shelved:
    """A product without a state, until when it is sold, and all its states, oldest first."""

    row: ProductRow
    effective_until: date | None
    states: Sequence[tuple[datetime, str, str]]

    def is_sold_on(self, on: date) -> bool:
        """Tell whether the product is on sale on a date."""
        if on < self.row.effective_from:
            return False
        return self.effective_until is None or on < self.effective_until

    def at(self, at: datetime) -> ProductRow:
        """Return the row with the state in force at an instant."""
        begun = [state for state in self.states if state[0] <= at]
        if not begun:
            return self.row
        state_from, state, reason = begun[-1]
        return replace(self.row, state_from=state_from, state=state, reason=reason)


def products(work: Work, *, on: date, funds: Sequence[str] | None = None) -> list[ProductRow]:
    """Return the products on sale at the work's instant."""
    return [
        shelved.at(work.at)
        for shelved in _shelf(work)
        if shelved.is_sold_on(on) and (funds is None or shelved.row.fund in funds)
    ]


def _shelf(work: Work) -> list[_Shelved]:
    return work.kept("fund.shelf", lambda: [_shelved(row) for row in work.rows(_PRODUCTS)])


def _shelved(row: Row) -> _Shelved:
    states = zip(row[13] or (), row[14] or (), row[15] or (), strict=True)
    return _Shelved(ProductRow(*row[:12]), row[12], list(states))


def add_fund(work: Work, *, fund: str) -> None:
    """Give a fund its number unless it has one."""
    work.run(_LOCK_FUNDS)
    work.run(_ADD_FUND, {"fund": fund, "at": work.at})
    work.forget()


def fund_numbers(work: Work) -> dict[str, int]:
    """Return the number of every fund."""
    return work.kept("fund.numbers", lambda: {row[0]: row[1] for row in work.rows(_FUND_NOS)})


def funds_until(work: Work, *, on: date) -> list[str]:
    """Return the funds whose sale has begun by a date, ended ones included."""
    return sorted({s.row.fund for s in _shelf(work) if s.row.effective_from <= on})


def add_product(work: Work, row: ProductRow) -> bool:
    """Write a product's terms; False when the same start is there already."""
    work.forget()
    return bool(
        work.run(
            _ADD_PRODUCT,
            (
                row.fund,
                row.effective_from,
                row.preset,
                row.name_zh,
                row.name_en,
                row.manager,
                json.dumps(row.knobs, ensure_ascii=False),
                row.source,
            ),
        )
    )


def add_state(work: Work, values: tuple[str, datetime, str, str, str, str]) -> None:
    """Write a state: fund, instant, state, reason, source, who decided."""
    work.run(_ADD_STATE, values)
    work.forget()


def states(work: Work, *, fund: str) -> list[tuple[datetime, str, str, str, str]]:
    """Return a fund's states, oldest first."""
    return [(row[0], row[1], row[2], row[3], row[4]) for row in work.rows(_STATES, (fund,))]


def calendar_head(work: Work, *, exchange: str) -> CalendarHead | None:
    """Return what is loaded of an exchange."""
    row = work.kept(f"fund.calendar {exchange}", lambda: work.row(_CALENDAR, (exchange,)))
    return CalendarHead(*row) if row else None


def lock_calendar(work: Work, *, exchange: str) -> None:
    """Let one caller at a time change an exchange's calendar."""
    work.rows(_LOCK_CALENDAR, (exchange,))
    work.forget()


def mark_alarm(work: Work, *, exchange: str) -> bool:
    """Remember that operators were asked to extend the calendar; False if they were before."""
    return work.run(_ALARM, (work.at, exchange)) == 1


def closures(work: Work, *, exchange: str) -> list[date]:
    """Return the weekdays on which an exchange is shut."""
    return [row[0] for row in work.rows(_CLOSURES, (exchange,))]


def put_calendar(
    work: Work, head: CalendarHead, *, exchange: str, closed_on: Sequence[date]
) -> None:
    """Replace an exchange's calendar."""
    period = (head.first_loaded_on, head.last_loaded_on)
    work.run(_PUT_CALENDAR, (exchange, *period, head.source, head.version, head.digest))
    work.run(_DROP_CLOSURES, (exchange,))
    work.run(_ADD_CLOSURES, (exchange, list(closed_on)))
    work.forget()


def open_line(work: Work, *, fund: str, limit_fen: int | None) -> None:
    """Open a fund's advance line unless it is there."""
    work.run(_OPEN_LINE, (fund, limit_fen))


def set_line(work: Work, *, fund: str, limit_fen: int | None) -> None:
    """Set what the advance provider lends at most."""
    work.run(_SET_LINE, (limit_fen, fund))


def line(work: Work, *, fund: str) -> AdvanceLine:
    """Return a fund's advance line."""
    return _line(work, _LINE, fund=fund)


def lock_line(work: Work, *, fund: str) -> AdvanceLine:
    """Return a fund's advance line, and let nobody else take from it until the commit."""
    return _line(work, _LOCK_LINE, fund=fund)


def move_line(work: Work, *, fund: str, by_fen: int) -> None:
    """Take from the line, or give back with a negative figure; the table refuses to overdraw."""
    if by_fen:
        work.run(_MOVE_LINE, (by_fen, fund))


def _line(work: Work, sql: str, *, fund: str) -> AdvanceLine:
    row = work.row(sql, (fund,))
    assert row is not None, "opening a fund opens its line"
    return AdvanceLine(*row)


def add_advance_holders(work: Work, *, fund: str, numbers: dict[int, int]) -> None:
    """Write the advance provider's holder number of each shard."""
    work.run(_ADD_HOLDERS, (fund, list(numbers), list(numbers.values())))
    work.forget()


def advance_holders(work: Work, *, fund: str) -> dict[int, int]:
    """Return the advance provider's holder number by shard."""
    found: dict[int, int] = work.kept(
        f"fund.advance_holders {fund}", lambda: dict(work.rows(_HOLDERS, (fund,)))
    )
    return found
