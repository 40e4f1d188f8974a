"""Working off what is due at the present business instant, in order, until nothing is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from huoqi.close import _store
from huoqi.close.operations.closing import CloseResult
from huoqi.close.operations.daily import PIECES, Piece, close
from huoqi.close.operations.leaving import desk_of
from huoqi.close.operations.pump import pump_of
from huoqi.close.operations.sealing import seal_closed
from huoqi.close.operations.statements import take_bank_statements
from huoqi.close.platform import Platform
from huoqi.close.queries import Agenda, agenda, agenda_after
from huoqi.close.rules.due import Due, Kind, cursor_at_start
from huoqi.close.rules.steps import COMPUTED, State
from huoqi.customers.operations import retry_applications
from huoqi.fund.lateness import open_tickets
from huoqi.fund.plans import run_plans
from huoqi.kit.db import Work
from huoqi.payments.operations import begin_statements
from huoqi.payments.pump import Pump


@dataclass(frozen=True, slots=True)
class WorkedOff:
    """What was done, what comes next, and which closes are blocked by a difference."""

    done: int
    agenda: Agenda
    blocked: tuple[str, ...] = ()

    @property
    def next_at(self) -> datetime | None:
        """Return when the next thing is due."""
        return self.agenda.next_at


#: What is done in the unit of work that found nothing more due.
AtRest = Callable[[Work, WorkedOff], None]


def _nothing(work: Work, worked: WorkedOff) -> None:
    """Most callers have nothing to add."""


def run_due(platform: Platform) -> int:
    """Do everything that is due at the present business instant; return how many pieces it was.

    Idempotent and resumable: killed anywhere and called again, it ends in the same state. One
    caller at a time (kit/desk.py).
    """
    done = work_off(platform).done
    seal_closed(platform, while_advancing=True)
    return done


def run_round(platform: Platform) -> int:
    """Do one round of what is due and return how much it was; for the loop of a busy server.

    Payments that come up meanwhile wait for the next round, which takes them together: a round
    of a few costs almost what a round of hundreds does.
    """
    pump = pump_of(platform)
    done = pump.take_callbacks()
    now = platform.database.run(_agenda, while_advancing=True)
    pumped = pump.batch
    while pumped >= pump.batch:  # a full batch: more of them wait
        pumped = _pump(pump, now)
        done += pumped
    done += _statements(platform, now) + _applications(platform, now)
    done += _plans(platform, now) + _tickets(platform, now)
    has_closed = False
    while pieces := _due_now(now):
        for due in pieces:
            _do(platform, due, now=now)
            has_closed |= due.kind is Kind.CLOSE
        done += len(pieces)
        now = platform.database.run(_agenda, while_advancing=True)
    if has_closed:
        seal_closed(platform, while_advancing=True)
    return done


class Rounds:
    """Rounds of a busy server; before the first, what a stop left closed and unsealed is sealed."""

    def __init__(self) -> None:
        self._has_caught_up = False

    def __call__(self, platform: Platform) -> int:
        """Do one round and return how much it was."""
        if not self._has_caught_up:
            seal_closed(platform, while_advancing=True)
            self._has_caught_up = True
        return run_round(platform)


def work_off(platform: Platform, *, at_rest: AtRest = _nothing) -> WorkedOff:
    """Do everything that is due now, calls of banks included, and say what comes next."""
    called = pump_of(platform).take_callbacks()
    now = platform.database.run(_agenda, while_advancing=True)
    worked = work_off_agenda(platform, now, at_rest=at_rest)
    return replace(worked, done=worked.done + called)


def work_off_agenda(platform: Platform, now: Agenda, *, at_rest: AtRest = _nothing) -> WorkedOff:
    """Do what an agenda says is due, and whatever falls due by that, and say what comes next.

    The agenda must be true at its instant: freshly read, or read before the clock was moved to
    that instant with nobody else at work since. ``at_rest`` joins the last reading of it, and is
    left out where nothing was due at all.
    """
    pump = pump_of(platform)
    done = 0
    blocked: list[str] = []

    def look_again(work: Work) -> Agenda:
        found = agenda_after(work, before=now)
        if found.is_at_rest:
            at_rest(work, WorkedOff(done, found, tuple(blocked)))
        return found

    while True:
        pumped = _pump(pump, now) + _statements(platform, now)
        pumped += _applications(platform, now) + _plans(platform, now)
        pieces = _due_now(now)
        if not pumped and not pieces:
            pumped = _tickets(platform, now)
        if not pumped and not pieces:
            return WorkedOff(done, now, tuple(blocked))
        for due in pieces:
            blocked += _do(platform, due, now=now)
        done += pumped + len(pieces)
        now = platform.database.run(look_again, while_advancing=True)


def _do(platform: Platform, due: Due, *, now: Agenda) -> list[str]:
    """Do one piece; return the close that is blocked by it, if one is."""
    piece = Piece(platform, due, now.at, now.calendar)
    if due.kind is not Kind.CLOSE:
        PIECES[due.kind](piece)
        return []
    result = close(piece)
    return [_named(result)] if _differs(result) else []


def _differs(result: CloseResult) -> bool:
    """Tell whether a person should look: a close that only waits for the manager is no matter."""
    return result.state is State.BLOCKED and result.blocked_at in COMPUTED


def _named(result: CloseResult) -> str:
    assert result.blocked_at is not None
    return f"{result.fund} {result.on} {result.blocked_at.value}: {result.note}"


def _pump(pump: Pump, now: Agenda) -> int:
    """Do the rounds that have something due; return how many items were taken up."""
    dues, done = now.payments, 0
    if now.has_come(dues.send_at):
        done += pump.send_due() + pump.take_callbacks()
    if now.has_come(dues.query_at):
        done += pump.query_due()
    if now.has_come(dues.card_at):
        done += pump.ask_about_cards()
    if now.has_come(dues.handover_at):
        done += pump.hand_over_due()
    return done


def _applications(platform: Platform, now: Agenda) -> int:
    """Ask the identity authority again about applications that wait for it."""
    if not now.has_come(now.application_at):
        return 0
    return len(retry_applications(platform.database, desk_of(platform)))


def _plans(platform: Platform, now: Agenda) -> int:
    """Place the purchases of plans whose hour has come, in transactions of a few hundred."""
    if not now.has_come(now.plans_at):
        return 0
    return platform.database.run(run_plans, while_advancing=True)


def _statements(platform: Platform, now: Agenda) -> int:
    """Take in the banks' statements when it is time; it counts as done though none came."""
    if not now.has_come(now.statement_at):
        return 0
    return 1 + take_bank_statements(platform)


def _tickets(platform: Platform, now: Agenda) -> int:
    """Open tickets for orders that are late, once nothing else is due that might move them."""
    if not now.has_come(now.late_at):
        return 0
    return platform.database.run(open_tickets, while_advancing=True)


def _due_now(now: Agenda) -> list[Due]:
    """Return what of the funds' rhythm is due, in order and at most one piece a fund.

    One, since a piece may change what comes next. Where days have piled up, the manager is told of
    all fast transfers before it is asked for anything.
    """
    found: dict[str, Due] = {}
    for due in sorted(now.fund_dues, key=lambda due: (due.kind is not Kind.TRANSFERS, due.order)):
        if due.at <= now.at:
            found.setdefault(due.detail, due)
    return list(found.values())


def _agenda(work: Work) -> Agenda:
    """Return the agenda, after giving every fund that came onto the shelf its rhythm."""
    found = agenda(work)
    for fund in found.new_funds:
        _store.start_cursor(work, cursor_at_start(fund, at=work.at))
    has_begun = found.statement_at is not None
    if not has_begun:
        begin_statements(work)
    return found if has_begun and not found.new_funds else agenda(work)
