"""The SQL of the time machine: one row is the clock."""

from datetime import datetime

from huoqi.kit.db import Work

# The key that business_clock_read() takes shared (migration 0060).
_CLOCK_LOCK = 1_212_499_014

MOVE_ON = """
    -- One row; never back, and not beyond the target. least() and greatest() pass NULL by.
    UPDATE business_clock AS c SET at = greatest(c.at, least(n.next_at, %(target)s), %(at)s)
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS soft,
        (SELECT call_at, least(call_at, %(own)s::timestamptz) AS next_at
         FROM (SELECT min(due_at) AS call_at FROM simulated.bank_callback
               WHERE NOT acknowledged) AS called) AS n
    RETURNING n.next_at, n.call_at
"""


def clock(work: Work) -> tuple[datetime, str, datetime | None, str]:
    """Return where the clock stands, its state, its target and what stopped it."""
    row = work.row("SELECT at, state, target, stopped_by FROM business_clock")
    assert row is not None
    return row[0], row[1], row[2], row[3]


def begin_journey(work: Work, *, target: datetime) -> None:
    """Say that the clock is on the move, and to where."""
    work.run(
        "UPDATE business_clock SET state = 'advancing', target = %s, stopped_by = ''", (target,)
    )


def wait_for_readers(work: Work) -> None:
    """Return when every unit of work that had read the clock before has ended."""
    work.rows("SELECT pg_advisory_xact_lock(%s)", (_CLOCK_LOCK,))


def move_on(
    work: Work, *, at: datetime, own_at: datetime | None, target: datetime
) -> tuple[datetime | None, datetime | None]:
    """Set the clock to what comes next, or to the target; return that, and when banks call next.

    What comes next is our own next work or a simulated bank's call; None when nothing does. A
    crash may forget the last moves, which are then made again.
    """
    row = work.row(MOVE_ON, {"at": at, "own": own_at, "target": target})
    assert row is not None
    return row[0], row[1]


def end_journey(work: Work, *, state: str, stopped_by: str) -> None:
    """Say that the clock stands still again; a failed journey keeps its target."""
    work.run(
        "UPDATE business_clock SET state = %s, stopped_by = %s,"
        " target = CASE WHEN %s = 'failed' THEN target END",
        (state, stopped_by, state),
    )


def set_clock(work: Work, *, at: datetime) -> None:
    """Set the clock of a world that has not begun."""
    work.run(
        "UPDATE business_clock SET at = %s, state = 'ready', target = NULL, stopped_by = ''",
        (at,),
    )
