"""The close of one fund's day: gather what it needs, compute, tie out, and only then write.

What comes from outside is gathered first, with no transaction open. All that is computed is one
transaction: either the whole day is published, booked and sealed, or nothing of it is there but
the step that is blocked and the rows that differ. So it can be cut off anywhere and run again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from huoqi.close import _store
from huoqi.close._store import Break, StepRow, seals
from huoqi.close.operations import computing, gathering
from huoqi.close.operations.reconciling import keep_breaks
from huoqi.close.operations.sealing import seal_until
from huoqi.close.platform import Platform
from huoqi.close.rules.due import ASK_AGAIN_AFTER, CLOSE_AGAIN_AFTER, Kind
from huoqi.close.rules.sealing import NEXT_DAY_RULE, UNSEALED_BEFORE
from huoqi.close.rules.steps import State, Step
from huoqi.events.operations import EventDraft, emit
from huoqi.fund import day_facts
from huoqi.fund.managers.port import FundDayReport, FundManager, Register, Settlement
from huoqi.fund.operations import correct_report, predict_day
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.kit.progress import monotonic_ms
from huoqi.policy.queries import is_needed

_DAY = timedelta(days=1)


class DayNotOver(DomainError):
    """A day can be closed only after its last hour."""

    code: ClassVar[str] = "close.day_not_over"


class DayBeforeOpen(DomainError):
    """A day cannot be closed before the day before it."""

    code: ClassVar[str] = "close.day_before_open"


class FundHasNoManager(DomainError):
    """Nobody is wired as the manager of this fund."""

    code: ClassVar[str] = "close.no_manager"


@dataclass(frozen=True, slots=True)
class CloseResult:
    """How the close of a day ended: its root, or the step that is blocked and why."""

    fund: str
    on: date
    state: State
    root: bytes | None = None
    blocked_at: Step | None = None
    note: str = ""
    breaks_count: int = 0


def run_close(platform: Platform, *, fund: str, on: date) -> CloseResult:
    """Close a fund's day, or say where it is blocked; a closed day answers its root again.

    Errors: DayNotOver, DayBeforeOpen, FundHasNoManager.
    """
    begun_ms = monotonic_ms()
    database = platform.database
    opening = database.run(lambda work: _opened(work, fund=fund, on=on), while_advancing=True)
    if _is_held_back(opening) and not seal_until(platform, fund=fund, while_advancing=True).missing:
        opening = database.run(lambda work: _opened(work, fund=fund, on=on), while_advancing=True)
    if isinstance(opening, gathering.Opening) and _is_corrected(platform, opening):
        opening = database.run(lambda work: _opened(work, fund=fund, on=on), while_advancing=True)
    if isinstance(opening, CloseResult):
        return opening
    theirs = _theirs(platform, opening=opening)
    if not isinstance(theirs, computing.Theirs):
        return _waiting(platform, fund=fund, on=on, note=theirs)
    return database.run(
        lambda work: _finished(work, opening=opening, theirs=theirs, begun_ms=begun_ms),
        while_advancing=True,
    )


def _opened(work: Work, *, fund: str, on: date) -> CloseResult | gathering.Opening:
    """Return what is needed from our own side, or the answer if the day goes no further."""
    if shanghai_date(work.at) <= on:
        raise DayNotOver(fund=fund, on=on.isoformat())
    last = _store.last_day(work, fund=fund)
    if last is not None and on <= last.on:
        return _closed(work, fund=fund, on=on)
    cursor = _store.cursors(work).get(fund)
    if cursor is None or cursor.done_on[Kind.CLOSE] + _DAY != on:
        raise DayBeforeOpen(fund=fund, on=on.isoformat())
    if last is not None and _waits_for_seal(work, fund=fund, on=on, last_on=last.on):
        return _held_back(work, fund=fund, on=on)
    gathered = gathering.gather(work, cursor=cursor, on=on, last=last)
    _store.save_steps(work, gathered.steps, fund=fund, on=on)
    blocked = next((row for row in gathered.steps if row.state is State.BLOCKED), None)
    if blocked is None:
        assert gathered.opening is not None
        return gathered.opening
    again_at = work.at + ASK_AGAIN_AFTER
    _store.ask_again(work, fund=fund, kind=Kind.CLOSE, at=again_at, note=blocked.note)
    return CloseResult(fund, on, State.BLOCKED, blocked_at=blocked.step, note=blocked.note)


def _waits_for_seal(work: Work, *, fund: str, on: date, last_on: date) -> bool:
    """Tell whether policy lets a day close only after the seal of the day before it."""
    is_asked = is_needed(work, rule=NEXT_DAY_RULE, fund=fund, on=on)
    return is_asked and seals.seal(work, fund=fund, on=last_on) is None


def _is_held_back(opening: CloseResult | gathering.Opening) -> bool:
    return isinstance(opening, CloseResult) and opening.note == UNSEALED_BEFORE


def _held_back(work: Work, *, fund: str, on: date) -> CloseResult:
    row = StepRow(Step.CUT_OFF, State.WAITING, note=UNSEALED_BEFORE)
    _store.save_steps(work, [row], fund=fund, on=on)
    again_at = work.at + ASK_AGAIN_AFTER
    _store.ask_again(work, fund=fund, kind=Kind.CLOSE, at=again_at, note=UNSEALED_BEFORE)
    return CloseResult(fund, on, State.WAITING, blocked_at=Step.CUT_OFF, note=UNSEALED_BEFORE)


def _closed(work: Work, *, fund: str, on: date) -> CloseResult:
    days = _store.days(work, fund=fund, first_on=on, last_on=on, limit=1)
    if not days:
        raise DayBeforeOpen(fund=fund, on=on.isoformat())
    return CloseResult(fund, on, State.DONE, root=days[0].root)


def manager_of(platform: Platform, *, fund: str) -> FundManager:
    """Return who manages a fund; raise FundHasNoManager."""
    try:
        return platform.managers[fund]
    except KeyError as error:
        raise FundHasNoManager(fund=fund) from error


def _is_corrected(platform: Platform, opening: gathering.Opening) -> bool:
    """Ask again for the figures of a day that closes late; tell whether there are new ones."""
    if not opening.is_late:
        return False
    manager = manager_of(platform, fund=opening.fund)
    answer = manager.income(fund=opening.fund, on=opening.on, at=opening.at)
    if not isinstance(answer, FundDayReport) or answer == opening.report:
        return False
    platform.database.run(lambda work: correct_report(work, answer), while_advancing=True)
    return True


def _theirs(platform: Platform, *, opening: gathering.Opening) -> computing.Theirs | str:
    """Return the manager's side of the day's end, or what it says instead."""
    manager = manager_of(platform, fund=opening.fund)
    fund, on, at = opening.fund, opening.on, opening.at
    register = manager.register(fund=fund, on=on, at=at)
    if not isinstance(register, Register):
        return type(register).__name__
    if not opening.calendar.is_trading_day(on):
        return computing.Theirs(register, None)
    settlement = manager.settlement(fund=fund, on=on, at=at)
    if not isinstance(settlement, Settlement):
        return type(settlement).__name__
    return computing.Theirs(register, settlement)


def _waiting(platform: Platform, *, fund: str, on: date, note: str) -> CloseResult:
    def write(work: Work) -> None:
        row = StepRow(Step.INCOME_REPORT, State.BLOCKED, note=f"register or settlement: {note}")
        _store.save_steps(work, [row], fund=fund, on=on)
        again_at = work.at + ASK_AGAIN_AFTER
        _store.ask_again(work, fund=fund, kind=Kind.CLOSE, at=again_at, note=note)

    platform.database.run(write, while_advancing=True)
    return CloseResult(fund, on, State.BLOCKED, blocked_at=Step.INCOME_REPORT, note=note)


def _finished(
    work: Work, *, opening: gathering.Opening, theirs: computing.Theirs, begun_ms: int
) -> CloseResult:
    """Compute the day and write it whole, or write only what does not tie."""
    fund, on = opening.fund, opening.on
    # A figure that is accepted while the day is computed would be in the one and not in the other.
    day_facts.lock_days(work, fund=fund)
    if _store.last_day(work, fund=fund) != opening.last:
        return _closed(work, fund=fund, on=on)  # another process was here first
    computed = computing.compute(work, opening=opening, theirs=theirs)
    took_ms = monotonic_ms() - begun_ms
    if computed.blocked_at is not None:
        return _blocked(work, opening=opening, computed=computed, took_ms=took_ms)
    root = computing.write(work, opening=opening, computed=computed, took_ms=took_ms)
    keep_breaks(work, opening.open_breaks, fund=fund, on=on)
    _store.mark_done(work, fund=fund, kind=Kind.CLOSE, on=on)
    return CloseResult(fund, on, State.DONE, root=root)


def _blocked(
    work: Work, *, opening: gathering.Opening, computed: computing.Computed, took_ms: int
) -> CloseResult:
    fund, on, step = opening.fund, opening.on, computed.blocked_at
    assert step is not None
    breaks: list[Break] = [*opening.open_breaks, *computed.breaks]
    before = _store.steps(work, fund=fund, on=on).get(step)
    keep_breaks(work, breaks, fund=fund, on=on)
    predicted = computing.prediction(opening, computed)
    if predicted is not None:
        predict_day(work, predicted)
    _store.save_steps(work, computed.steps(took_ms=took_ms), fund=fund, on=on)
    again_at = work.at + CLOSE_AGAIN_AFTER
    note = computed.note
    _store.ask_again(work, fund=fund, kind=Kind.CLOSE, at=again_at, note=note)
    if before is None or before.state is not State.BLOCKED:
        data = {"fund": fund, "close_on": on.isoformat(), "step": step.value, "reason": note}
        emit(work, EventDraft("close.blocked", fund, data=data))
    count = sum(row.rows_count for row in {row.kind: row for row in breaks}.values())
    return CloseResult(fund, on, State.BLOCKED, None, step, note, count)
