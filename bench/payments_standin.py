"""Statements made from the banks' truth, for as long as the platform reads none of its own."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from huoqi.kit.db import Database, Row, Work
from huoqi.payments.operations import record_evidence
from huoqi.payments.orders import Evidence
from huoqi.payments.rules.reducer import Event

_AT_ONCE = 2_000
_BOOKED = """
    SELECT o.shard, o.order_id, i.times FROM simulated.bank_instruction i
    JOIN money_order o ON o.bank_ref = i.bank_ref
    WHERE i.times > 0 AND i.executed_at >= %(on)s::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND i.executed_at < (%(on)s + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
"""
_RETURNED = """
    SELECT o.shard, o.order_id, 0 FROM simulated.bank_instruction i
    JOIN money_order o ON o.bank_ref = i.bank_ref WHERE i.returns_on = %(on)s
"""
_ABSENT = """
    SELECT shard, order_id, -1 FROM money_order
    WHERE state IN ('SENT', 'UNKNOWN')
        AND (sent_at AT TIME ZONE 'Asia/Shanghai')::date + 2 <= %(on)s
"""


def read_day(database: Database, on: date, *, tell: Callable[[int], None]) -> int:
    """Record what the banks' statements of a day say and return how many entries they have."""
    with database.work(while_advancing=True) as work:
        rows = work.rows(_BOOKED, {"on": on}) + work.rows(_RETURNED, {"on": on})
    count = _record(database, rows, tell=tell)
    with database.work(while_advancing=True) as work:
        rows = work.rows(_ABSENT, {"on": on})
    return count + _record(database, rows, tell=tell)


def _record(database: Database, rows: Sequence[Row], *, tell: Callable[[int], None]) -> int:
    for start in range(0, len(rows), _AT_ONCE):
        batch = [each for row in rows[start : start + _AT_ONCE] for each in _evidence(row)]

        def body(work: Work, batch: Sequence[Evidence] = batch) -> None:
            record_evidence(work, batch)

        database.run(body)
        tell(len(batch))
    return len(rows)


def _evidence(row: Row) -> list[Evidence]:
    shard, order_id, times = row
    events = {-1: [Event.S_ABSENT_FINAL], 0: [Event.S_RETURNED], 1: [Event.S_BOOKED]}.get(
        times, [Event.S_BOOKED, Event.S_BOOKED_DUP]
    )
    return [Evidence(shard, order_id, f"s-{event}", "statement", event) for event in events]


def days_until(last: date, *, late_days: int = 3) -> date:
    """Return the day whose statement proves the absence of what was sent on the last day."""
    return last + timedelta(days=late_days)
