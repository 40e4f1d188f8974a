"""What can be asked of the close: what is due next, where a day stands, what does not tie."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar

from huoqi.close import _store
from huoqi.close._store import ClosedDay, CursorRow, StepRow, seals
from huoqi.close._store import breaks as breaks_store
from huoqi.close._store.seals import Kept
from huoqi.close.bank_status import bank_facts
from huoqi.close.breaks import BreakRow
from huoqi.close.rules.break_states import IN_WORK
from huoqi.close.rules.cockpit import NO_BANKS, BankFacts
from huoqi.close.rules.due import Due, Kind, fund_dues, moments_after, upcoming
from huoqi.close.rules.sealing import seal_state
from huoqi.close.rules.steps import State, Step, state_of_day
from huoqi.customers.queries import next_retry_at
from huoqi.fund import day_facts
from huoqi.fund.lateness import next_ticket_at
from huoqi.fund.plans import next_plans_at
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.shelf import trading_calendar
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.payments.queries import PumpDues, pump_dues

SHOWN = 5


class DayBeforeFirst(DomainError):
    """The day is before the company's first one, so it has no close."""

    code: ClassVar[str] = "close.before_first_day"


@dataclass(frozen=True, slots=True)
class Agenda:
    """What has to be done next: of each fund's rhythm, of payments, of applications.

    ``late_at`` is when an order that does not move on until then gets a ticket.
    ``new_funds`` are on the shelf and have no rhythm yet.
    """

    at: datetime
    calendar: TradingCalendar
    fund_dues: list[Due]
    payments: PumpDues
    application_at: datetime | None
    new_funds: list[str]
    late_at: datetime | None = None
    plans_at: datetime | None = None

    @property
    def payment_at(self) -> datetime | None:
        """Return when the pump has work next."""
        return self.payments.next_at

    @property
    def statement_at(self) -> datetime | None:
        """Return when the next bank is asked for a statement."""
        return self.payments.statement_at

    def has_come(self, at: datetime | None) -> bool:
        """Tell whether an instant is now or past; None never comes."""
        return at is not None and at <= self.at

    @property
    def is_at_rest(self) -> bool:
        """Tell whether nothing is due now."""
        return not self.has_come(self.next_at)

    @property
    def next_at(self) -> datetime | None:
        """Return when the next thing that has to be done is due."""
        payments = (self.payment_at, self.statement_at)
        others = (*payments, self.application_at, self.late_at, self.plans_at)
        found = [due.at for due in self.fund_dues] + [at for at in others if at is not None]
        return min(found, default=None)


@dataclass(frozen=True, slots=True)
class SealStatus:
    """Where the seal of a closed day stands: why it waits, when it is tried again, what is kept."""

    state: State
    note: str = ""
    again_at: datetime | None = None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class DayStatus:
    """Where a fund's day stands: steps in order, breaks nobody is through with, seal, banks."""

    fund: str
    on: date
    state: State
    steps: list[StepRow]
    breaks: list[BreakRow]
    closed: ClosedDay | None
    seal: SealStatus
    banks: BankFacts = NO_BANKS


def agenda(work: Work) -> Agenda:
    """Return what is due next, with the instant and the calendar it was read at."""
    calendar = trading_calendar(work)
    cursors = _store.cursors(work)
    dues: list[Due] = []
    for cursor in cursors.values():
        dues += fund_dues(cursor, sessions=calendar)
    new = [fund for fund in day_facts.fund_codes(work) if fund not in cursors]
    waits = (pump_dues(work), next_retry_at(work))
    return Agenda(
        work.at,
        calendar,
        dues,
        *waits,
        new,
        late_at=next_ticket_at(work),
        plans_at=next_plans_at(work, calendar),
    )


def agenda_after(work: Work, before: Agenda) -> Agenda:
    """Return the agenda again; the calendar and the shelf are those that were read before.

    So are applications and plans, unless some were due: nobody makes one while our own work is
    done.
    """
    dues: list[Due] = []
    for cursor in _store.cursors(work).values():
        dues += fund_dues(cursor, sessions=before.calendar)
    retry_at = before.application_at
    if before.has_come(retry_at):
        retry_at = next_retry_at(work)
    plans_at = before.plans_at
    if before.has_come(plans_at):
        plans_at = next_plans_at(work, before.calendar)
    return replace(
        before,
        at=work.at,
        fund_dues=dues,
        payments=pump_dues(work),
        application_at=retry_at,
        late_at=next_ticket_at(work),
        plans_at=plans_at,
    )


def next_due(work: Work, *, limit: int = SHOWN) -> list[Due]:
    """Return the next few things that fall due, in order of (due time, sequence number)."""
    now = agenda(work)
    dues = [*now.fund_dues, *moments_after(work.at, sessions=now.calendar)]
    if now.payment_at is not None:
        dues.append(Due(now.payment_at, Kind.PAYMENT))
    if now.statement_at is not None:
        dues.append(Due(now.statement_at, Kind.STATEMENTS))
    if now.application_at is not None:
        dues.append(Due(now.application_at, Kind.APPLICATION))
    if now.plans_at is not None:
        dues.append(Due(now.plans_at, Kind.PLANS))
    return upcoming(dues, limit=limit)


def status_of(work: Work, *, fund: str, on: date) -> DayStatus:
    """Return where the close of a day stands; a day nobody has begun has waiting steps."""
    begun = _store.steps(work, fund=fund, on=on)
    steps = [begun.get(step, StepRow(step, State.WAITING)) for step in Step]
    found = [BreakRow(*row) for row in breaks_store.breaks(work, fund=fund, on=on)]
    breaks = [row for row in found if row.state in IN_WORK]
    days = _store.days(work, fund=fund, first_on=on, last_on=on, limit=1)
    state = state_of_day({step: row.state for step, row in begun.items()})
    closed = days[0] if days else None
    seal = _seal_status(work, closed) if closed else SealStatus(State.WAITING)
    return DayStatus(fund, on, state, steps, breaks, closed, seal, bank_facts(work, on=on))


def _seal_status(work: Work, closed: ClosedDay) -> SealStatus:
    fund, on = closed.sealed.fund, closed.sealed.on
    kept = seals.seal(work, fund=fund, on=on)
    if kept is not None:
        return SealStatus(State.DONE, kept=kept)
    wait = seals.wait_of(work, fund=fund)
    if wait is not None:
        first_on, note, again_at = wait.done_on + timedelta(days=1), wait.note, wait.again_at
    else:
        first = seals.unsealed(work, fund=fund, until=on, limit=1)
        first_on, note, again_at = first[0].on if first else date.max, "", None
    state = seal_state(on, first_unsealed_on=first_on, note=note)
    if state is not State.BLOCKED:
        return SealStatus(state)
    return SealStatus(state, note, again_at)


def seals_before(work: Work, *, fund: str, before: date, limit: int) -> list[Kept]:
    """Return sealed days before one, latest first: what was signed, and the signatures."""
    return seals.seals(work, fund=fund, before=before, limit=limit)


def last_sealed(work: Work, *, fund: str, until: date = date.max) -> Kept | None:
    """Return the latest sealed day, up to one."""
    return seals.last_seal(work, fund=fund, until=until)


def closed_days(
    work: Work,
    *,
    fund: str | None = None,
    first_on: date = date.min,
    last_on: date = date.max,
    limit: int = 100,
) -> list[ClosedDay]:
    """Return closed days with their roots, latest first."""
    return _store.days(work, fund=fund, first_on=first_on, last_on=last_on, limit=limit)


def last_closed(work: Work, *, fund: str) -> date | None:
    """Return the last day of a fund that is closed."""
    found = _store.last_day(work, fund=fund)
    return found.on if found else None


def require_begun(work: Work, *, funds: Sequence[str], on: date) -> list[str]:
    """Return which funds had begun by a day; raise DayBeforeFirst where none had.

    A fund without any rhythm yet begins today.
    """
    known, today = _store.first_days(work), shanghai_date(work.at)
    first = {fund: known.get(fund, today) for fund in funds}
    begun = [fund for fund in funds if first[fund] <= on]
    if funds and not begun:
        raise DayBeforeFirst(on=on.isoformat(), first_on=min(first.values()).isoformat())
    return begun


def blocked_days(work: Work) -> set[str]:
    """Return every blocked day as "fund day step: reason"."""
    return {f"{row[0]} {row[1]} {row[2]}: {row[3]}" for row in _store.blocked(work)}


def rhythm(work: Work) -> list[CursorRow]:
    """Return how far each fund's daily work has come, and why it waits."""
    return _store.cursor_rows(work)


__all__ = [
    "Agenda",
    "BreakRow",
    "ClosedDay",
    "CursorRow",
    "DayStatus",
    "Kept",
    "SealStatus",
    "StepRow",
    "agenda",
    "agenda_after",
    "blocked_days",
    "closed_days",
    "last_closed",
    "last_sealed",
    "next_due",
    "rhythm",
    "seals_before",
    "status_of",
]
