"""When a played bank writes which statement, and what strikes it; pure, wherever its books are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from huoqi.kit.dates import SHANGHAI, shanghai_date
from huoqi.payments.banks.simulated.statement_making import (
    LATE,
    LATE_HOURS,
    NEED_A_LINE,
    SPOILS,
    Sheet,
    made,
)
from huoqi.payments.banks.simulated.truth import Faults
from huoqi.payments.rules.statements import Statement, StatementEntry

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """A bank's desk of statements: our account, its hours, and the last statement that it wrote."""

    bank: str
    account: str
    ready: time
    cut_off: time
    last_on: date | None
    sequence_no: int | None
    closing_fen: int | None

    def days_until(self, at: datetime) -> list[date]:
        """Return the days that are to be written; the first statement is of the day before."""
        today = shanghai_date(at)
        is_ready = at >= self.ready_at(today - DAY)
        until = today - (1 if is_ready else 2) * DAY
        first = until if self.last_on is None else self.last_on + DAY
        return [first + n * DAY for n in range((until - first).days + 1)]

    def ready_at(self, on: date) -> datetime:
        """Return when the statement of a day is given out."""
        return _at(on + DAY, self.ready)

    def begins_at(self, on: date) -> datetime:
        """Return from when on what happens is booked on a day: the day before's cut-off."""
        return _at(on - DAY, self.cut_off)


@dataclass(frozen=True, slots=True)
class Written:
    """A statement, when it is given out, and what was done wrong to it on purpose."""

    statement: Statement
    ready_at: datetime
    spoils: dict[str, int]


def written(
    sheet: Sheet, lines: Sequence[StatementEntry], *, desk: Desk, faults: Faults
) -> Written:
    """Write one statement; whatever is armed against it strikes here."""
    spoils: dict[str, int] = {}
    for name, default in SPOILS.items():
        if not lines and name in NEED_A_LINE:
            continue
        fault = faults.striking((name,), bank=sheet.bank)
        if fault is not None:
            spoils[name] = fault.number("fen", default)
    late = faults.striking((LATE,), bank=sheet.bank)
    hours = late.number("hours", LATE_HOURS) if late is not None else 0
    ready_at = desk.ready_at(sheet.on) + timedelta(hours=hours)
    return Written(made(sheet, lines, spoils), ready_at, spoils)


def _at(on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, tzinfo=SHANGHAI).astimezone(UTC)
