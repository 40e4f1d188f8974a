"""The simulated manager's only SQL: register and order book in schema ``simulated``."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from sys import byteorder
from uuid import UUID

from huoqi.fund.managers.port import ManagerOrder, SourceFile
from huoqi.kit.db import Row, Work

_ADD_ORDERS = """
    INSERT INTO simulated.manager_order (fund, order_id, t_day, side, customer_no, counter_no,
        amount_fen, units_e2, effective_on, received_at, held_back, takes_income)
    SELECT %(fund)s, o.order_id, o.t_day, o.side, o.customer_no, o.counter_no, o.amount_fen,
        o.units_e2, o.effective_on, %(at)s, CASE WHEN o.side = 'purchase'
            AND o.amount_fen %% 100 = 19 THEN 1 ELSE 0 END, o.takes_income
    FROM unnest(%(ids)s::uuid[], %(t_days)s::date[], %(sides)s::text[], %(customers)s::bigint[],
        %(counters)s::bigint[], %(amounts)s::bigint[], %(units)s::bigint[], %(dates)s::date[],
        %(takings)s::boolean[])
        AS o (order_id, t_day, side, customer_no, counter_no, amount_fen, units_e2, effective_on,
            takes_income)
    ON CONFLICT DO NOTHING
"""
# Fast transfers are booked when they arrive; a day that is closed already takes nothing more.
_ADD_TRANSFERS = """
    WITH taken AS (
        UPDATE simulated.manager_order
        SET answered_t_day = t_day, ok = true, return_code = '0000', confirmed_fen = amount_fen,
            confirmed_units_e2 = units_e2, deferred_units_e2 = 0,
            confirmed_on = greatest(effective_on, %(open_on)s)
        WHERE fund = %(fund)s AND order_id = ANY(%(ids)s) AND answered_t_day IS NULL
            AND side IN ('fast_redeem', 'fast_return')
        RETURNING order_id, confirmed_on, customer_no, counter_no,
            CASE side WHEN 'fast_redeem' THEN units_e2 ELSE -units_e2 END AS moved_e2)
    INSERT INTO simulated.unit_change
    SELECT %(fund)s, confirmed_on, order_id, customer_no, -moved_e2 FROM taken
    UNION ALL SELECT %(fund)s, confirmed_on, order_id, counter_no, moved_e2 FROM taken
"""
_MAKE_FILE = "INSERT INTO simulated.manager_file VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_OPEN_ORDERS = """
    SELECT order_id, t_day, side, customer_no, amount_fen, units_e2, held_back, takes_income
    FROM simulated.manager_order
    WHERE fund = %s AND answered_t_day IS NULL AND t_day <= %s AND received_at < %s
        AND side IN ('purchase', 'redeem')
    ORDER BY order_id, t_day
"""
_HOLD_BACK = """
    UPDATE simulated.manager_order SET held_back = greatest(held_back + %s, 0)
    WHERE fund = %s AND answered_t_day IS NULL AND order_id = ANY(%s)
"""
_ANSWER = """
    WITH answer AS (
        UPDATE simulated.manager_order AS o
        SET answered_t_day = %(t_day)s, ok = a.ok, confirmed_units_e2 = a.units_e2,
            confirmed_fen = a.fen, deferred_units_e2 = a.deferred_e2, confirmed_on = %(on)s,
            return_code = a.code, income_fen = a.income_fen
        FROM unnest(%(ids)s::uuid[], %(t_days)s::date[], %(oks)s::boolean[], %(units)s::bigint[],
            %(fens)s::bigint[], %(deferred)s::bigint[], %(codes)s::text[], %(incomes)s::bigint[])
            AS a (order_id, t_day, ok, units_e2, fen, deferred_e2, code, income_fen)
        WHERE o.fund = %(fund)s AND o.order_id = a.order_id AND o.t_day = a.t_day
        RETURNING o.order_id, o.customer_no,
            CASE o.side WHEN 'purchase' THEN a.units_e2 ELSE -a.units_e2 END AS delta_e2,
            o.income_fen)
    INSERT INTO simulated.unit_change (fund, effective_on, order_id, customer_no, delta_e2,
        income_fen)
    SELECT %(fund)s, %(on)s, order_id, customer_no, delta_e2, income_fen FROM answer
    WHERE delta_e2 <> 0
"""
_SETTLE = """
    INSERT INTO simulated.manager_settlement (fund, settle_on, in_fen, out_fen)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (fund, settle_on) DO UPDATE
    SET in_fen = manager_settlement.in_fen + excluded.in_fen,
        out_fen = manager_settlement.out_fen + excluded.out_fen
"""
_ANSWERED = """
    SELECT order_id, customer_no, ok, confirmed_units_e2, confirmed_fen, confirmed_on,
        return_code, deferred_units_e2, income_fen
    FROM simulated.manager_order WHERE fund = %s AND answered_t_day = %s
        AND side IN ('purchase', 'redeem')
    ORDER BY order_id
"""
_CHANGES = """
    SELECT customer_no, delta_e2 FROM simulated.unit_change
    WHERE fund = %s AND effective_on = %s ORDER BY order_id, delta_e2 DESC
"""
_PAID_INCOMES = """
    SELECT customer_no, income_fen FROM simulated.unit_change
    WHERE fund = %s AND effective_on = %s AND income_fen <> 0
"""
_FIRST_ORDER = "SELECT min(t_day) FROM simulated.manager_order WHERE fund = %s"
_LAST_DAY = "SELECT max(day_on) FROM simulated.register WHERE fund = %s"
_HAS_REGISTER = "SELECT EXISTS (SELECT FROM simulated.manager_order)"
_REGISTER = """
    SELECT accounts, units, holder_count, opening_units_e2, total_units_e2, income_per_10k_e5,
        decimals, total_income_fen, accrued
    FROM simulated.register WHERE fund = %s AND day_on = %s
"""
_ADD_REGISTER = """
    -- ``accrued`` has one figure an account, or nothing where no income is waiting.
    INSERT INTO simulated.register VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_RATES = """
    SELECT day_on, income_per_10k_e5 FROM simulated.register
    WHERE fund = %s AND day_on BETWEEN %s AND %s
"""
_SCRIPT = """
    SELECT income_on, income_per_10k_e5, decimals, yield_7d_e3, total_income_fen
    FROM simulated.income_script WHERE fund = %s AND income_on BETWEEN %s AND %s
"""
_HAS_SCRIPT = "SELECT EXISTS (SELECT FROM simulated.income_script WHERE fund = %s)"
_SETTING = """
    SELECT seed, accept_pct_of_units, defers FROM simulated.manager_setting WHERE fund = %s
"""
_SETTLEMENT = """
    SELECT in_fen, out_fen FROM simulated.manager_settlement WHERE fund = %s AND settle_on = %s
"""
_TOTALS_BETWEEN = """
    SELECT day_on, total_units_e2, total_income_fen, accrued FROM simulated.register
    WHERE fund = %s AND day_on BETWEEN %s AND %s
"""
_SETTLEMENTS_BETWEEN = """
    SELECT settle_on, in_fen - out_fen FROM simulated.manager_settlement
    WHERE fund = %s AND settle_on BETWEEN %s AND %s
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('simulated manager ' || %s, 0))"


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that the manager has not answered yet."""

    order_id: UUID
    t_day: date
    side: str
    customer_no: int
    amount_fen: int
    units_e2: int
    held_back: int
    takes_income: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the manager decided about an order."""

    order: OpenOrder
    ok: bool
    units_e2: int
    fen: int
    code: str = "0000"
    deferred_e2: int = 0
    income_fen: int = 0


@dataclass(frozen=True, slots=True)
class StoredDay:
    """A closed day of the register."""

    units_e2: dict[int, int]
    holder_count: int
    opening_units_e2: int
    total_units_e2: int
    income_per_10k_e5: int
    decimals: int
    total_income_fen: int
    accrued_fen: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """A given day of a series that replaces the curve."""

    income_per_10k_e5: int
    decimals: int
    yield_7d_e3: int | None
    total_income_fen: int | None


def lock(work: Work, *, fund: str) -> None:
    """Let one caller at a time work on a fund's register."""
    work.run(_LOCK, (fund,))


def add_orders(work: Work, orders: Sequence[ManagerOrder], *, fund: str, open_on: date) -> None:
    """Take new orders into the book; fast transfers are booked at once."""
    work.run(
        _ADD_ORDERS,
        {
            "fund": fund,
            "at": work.at,
            "ids": [order.order_id for order in orders],
            "t_days": [order.t_day for order in orders],
            "sides": [order.side.value for order in orders],
            "customers": [order.customer_no for order in orders],
            "counters": [order.counter_no for order in orders],
            "amounts": [order.amount_fen for order in orders],
            "units": [order.units_e2 for order in orders],
            "dates": [order.effective_on for order in orders],
            "takings": [order.takes_income for order in orders],
        },
    )
    ids = [order.order_id for order in orders if order.counter_no is not None]
    if ids:
        work.run(_ADD_TRANSFERS, {"fund": fund, "open_on": open_on, "ids": ids})


def begin_file(work: Work, *, fund: str, t_day: date) -> bool:
    """Tell whether a trading day's file still has to be made; it is made once."""
    return work.run(_MAKE_FILE, (fund, t_day, work.at)) == 1


def open_orders(work: Work, *, fund: str, t_day: date, before: datetime) -> list[OpenOrder]:
    """Return unanswered orders of a trading day and of days before, in order of their ids."""
    return [OpenOrder(*row) for row in work.rows(_OPEN_ORDERS, (fund, t_day, before))]


def hold_back(work: Work, orders: Sequence[OpenOrder], *, fund: str, by: int) -> None:
    """Keep orders out of so many more files, or count one file down."""
    if orders:
        work.run(_HOLD_BACK, (by, fund, [order.order_id for order in orders]))


def record_answers(
    work: Work, answers: Sequence[Answer], *, fund: str, t_day: date, confirmed_on: date
) -> None:
    """Write the answers of a file, what they do to the register, and the cash that moves."""
    if not answers:
        return
    work.run(
        _ANSWER,
        {
            "fund": fund,
            "t_day": t_day,
            "on": confirmed_on,
            "ids": [answer.order.order_id for answer in answers],
            "t_days": [answer.order.t_day for answer in answers],
            "oks": [answer.ok for answer in answers],
            "units": [answer.units_e2 for answer in answers],
            "fens": [answer.fen for answer in answers],
            "deferred": [answer.deferred_e2 for answer in answers],
            "codes": [answer.code for answer in answers],
            "incomes": [answer.income_fen for answer in answers],
        },
    )
    in_fen = sum(answer.fen for answer in answers if answer.order.side == "purchase")
    out_fen = sum(a.fen + a.income_fen for a in answers if a.order.side == "redeem")
    work.run(_SETTLE, (fund, confirmed_on, in_fen, out_fen))


def answered_rows(work: Work, *, fund: str, t_day: date) -> list[Row]:
    """Return the lines of a trading day's file, in the order of Confirmation's first fields."""
    return work.rows(_ANSWERED, (fund, t_day))


def changes_of(work: Work, *, fund: str, on: date) -> list[tuple[int, int]]:
    """Return the unit changes that take effect on a day, what comes in before what goes out."""
    return [(row[0], row[1]) for row in work.rows(_CHANGES, (fund, on))]


def paid_incomes(work: Work, *, fund: str, on: date) -> dict[int, int]:
    """Return by account the accrued income that was paid with units that leave on a day."""
    return {row[0]: row[1] for row in work.rows(_PAID_INCOMES, (fund, on))}


def has_register(work: Work) -> bool:
    """Tell whether any order ever came here."""
    row = work.row(_HAS_REGISTER)
    return bool(row and row[0])


def first_order_on(work: Work, *, fund: str) -> date | None:
    """Return the trading day of the first order."""
    row = work.row(_FIRST_ORDER, (fund,))
    return row[0] if row else None


def last_day_on(work: Work, *, fund: str) -> date | None:
    """Return the last closed day of the register."""
    row = work.row(_LAST_DAY, (fund,))
    return row[0] if row else None


def stored_day(work: Work, *, fund: str, on: date) -> StoredDay | None:
    """Return a closed day; one call to the manager looks at it several times."""
    known = work.buffer(f"register {fund} {on}")
    if known:
        assert isinstance(known[0], StoredDay)
        return known[0]
    row = work.row(_REGISTER, (fund, on))
    if row is None:
        return None
    accounts, accrued = _unpacked(row[0]), _unpacked(row[8])
    units = dict(zip(accounts, _unpacked(row[1]), strict=True))
    waiting = dict(zip(accounts, accrued, strict=True)) if accrued else {}
    day = StoredDay(_without_nothing(units), *row[2:8])
    known.append(replace(day, accrued_fen=_without_nothing(waiting)) if waiting else day)
    return stored_day(work, fund=fund, on=on)


def _without_nothing(figures: dict[int, int]) -> dict[int, int]:
    return {account: figure for account, figure in figures.items() if figure}


def store_day(work: Work, day: StoredDay, *, fund: str, on: date) -> None:
    """Write a closed day; it never changes again."""
    accounts = sorted({*day.units_e2, *day.accrued_fen}) if day.accrued_fen else day.units_e2
    units = _packed([day.units_e2.get(account, 0) for account in accounts])
    waiting = [day.accrued_fen.get(account, 0) for account in accounts if day.accrued_fen]
    figures = (day.holder_count, day.opening_units_e2, day.total_units_e2, day.income_per_10k_e5)
    rest = (day.decimals, day.total_income_fen, _packed(waiting))
    work.run(_ADD_REGISTER, (fund, on, _packed(list(accounts)), units, *figures, *rest))
    work.buffer(f"register {fund} {on}").append(day)


def rates_between(work: Work, *, fund: str, first_on: date, last_on: date) -> dict[date, int]:
    """Return the register's income per 10,000 units of the days that it has closed."""
    return {row[0]: row[1] for row in work.rows(_RATES, (fund, first_on, last_on))}


def script_between(
    work: Work, *, fund: str, first_on: date, last_on: date
) -> dict[date, Script] | None:
    """Return the given days of a period; None when the fund follows the curve."""
    row = work.kept(f"script {fund}", lambda: work.row(_HAS_SCRIPT, (fund,)))
    if row is None or not row[0]:
        return None
    rows = work.rows(_SCRIPT, (fund, first_on, last_on))
    return {row[0]: Script(*row[1:]) for row in rows}


def setting(work: Work, *, fund: str) -> tuple[int, int | None, bool]:
    """Return a fund's seed, the share accepted on a large-redemption day, and who defers."""
    row = work.kept(f"setting {fund}", lambda: work.row(_SETTING, (fund,)))
    return (row[0], row[1], row[2]) if row else (20150511, None, True)


def totals_between(
    work: Work, *, fund: str, first_on: date, last_on: date
) -> dict[date, tuple[int, int, int]]:
    """Return units, income of the day and income that waits, of each closed day of a period."""
    rows = work.rows(_TOTALS_BETWEEN, (fund, first_on, last_on))
    return {row[0]: (row[1], row[2], sum(_unpacked(row[3]))) for row in rows}


def settlements_between(work: Work, *, fund: str, first_on: date, last_on: date) -> dict[date, int]:
    """Return the cash that each day of a period brought, less what it took away."""
    rows = work.rows(_SETTLEMENTS_BETWEEN, (fund, first_on, last_on))
    return {row[0]: row[1] for row in rows}


def settlement(work: Work, *, fund: str, on: date) -> tuple[int, int]:
    """Return the cash in and out of a confirmation day."""
    row = work.row(_SETTLEMENT, (fund, on))
    return (row[0], row[1]) if row else (0, 0)


def register_file(day: StoredDay, *, fund: str, on: date) -> SourceFile:
    """Return what stands for the file of a closed day: a name and a digest over its rows."""
    accounts = sorted({*day.units_e2, *day.accrued_fen})
    digest = sha256()
    for column in (
        accounts,
        [day.units_e2.get(account, 0) for account in accounts],
        [day.accrued_fen.get(account, 0) for account in accounts],
    ):
        digest.update(_packed(column))
    return SourceFile(f"simulated:{fund}:{on.isoformat()}:register", digest.digest())


def _packed(values: list[int]) -> bytes:
    column = array("q", values)
    if byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _unpacked(raw: bytes) -> list[int]:
    column = array("q")
    column.frombytes(raw)
    if byteorder == "big":
        column.byteswap()
    return column.tolist()
