"""The time machine: moves the one business clock forward, event by event, in order.

What is due at an instant is done at that instant, by the same code that a live platform runs.
A journey that was cut off, by a crash, a failure or the end of the program, goes on from the
instant it had reached.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import ClassVar

from huoqi.close.operations import WorkedOff, seal_closed, work_off, work_off_agenda
from huoqi.close.platform import Platform
from huoqi.close.queries import blocked_days, next_due
from huoqi.customers.rules.api_keys import SandboxOnly
from huoqi.fund.rules.trading_days import CalendarHorizon
from huoqi.fund.shelf import trading_calendar
from huoqi.kit.dates import SHANGHAI, shanghai_date, shanghai_midnight
from huoqi.kit.db import Work
from huoqi.kit.desk import Desk
from huoqi.kit.errors import DomainError
from huoqi.kit.memory import undisturbed
from huoqi.kit.progress import Reporter, say_nothing
from huoqi.sandbox import clock_store as store
from huoqi.sandbox.branches import Branches

_DAY = timedelta(days=1)
# More turns than this at one instant is a loop, not work: every turn must make progress.
_TURNS_AT_ONE_INSTANT = 1_000


class ClockGoesForward(DomainError):
    """The time asked for is behind the business clock; rewind to a snapshot instead."""

    code: ClassVar[str] = "clock.backwards"


class NothingUnderWay(DomainError):
    """No journey was cut off, so there is nothing to go on with."""

    code: ClassVar[str] = "clock.nothing_under_way"


class Leave(Exception):
    """Raised by whoever watches a journey, to leave it where it stands until it is resumed."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where the clock stands, its state and target, and what stopped it."""

    at: datetime
    state: str
    target: datetime | None
    stopped_by: str


@dataclass(frozen=True, slots=True)
class Journey:
    """What a move of the clock did: from where to where, how much was done, what stopped it."""

    started_at: datetime
    at: datetime
    events: int
    state: str
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A halt on the way: when, and what somebody does there before the clock goes on."""

    at: datetime
    act: Callable[[], None]


class TimeMachine:
    """Moves one sandbox's clock; there is one mover at a time, whichever process it lives in."""

    def __init__(
        self, platform: Platform, *, branches: Branches | None = None, patience_s: int = 60
    ) -> None:
        if platform.mode != "sandbox":
            raise SandboxOnly
        self._platform = platform
        self._branches = branches
        self._patience_s = patience_s
        self._is_at_desk = False

    def state(self) -> ClockState:
        """Return where the clock stands."""
        with self._platform.database.work(while_advancing=True) as work:
            return ClockState(*store.clock(work))

    def advance_to(self, target: datetime, *, report: Reporter = say_nothing) -> Journey:
        """Move to an instant, doing on the way all that falls due.

        Stops early where a close is newly blocked. Errors: ClockGoesForward, CalendarHorizon
        (calendar.beyond_horizon), SandboxOnly.
        """
        assert target.tzinfo is not None
        return self._journey(lambda _: target, report=report)

    def advance_visiting(
        self, target: datetime, *, stops: Iterable[Stop], report: Reporter = say_nothing
    ) -> Journey:
        """Move to an instant, letting others act at stops on the way, given in order of time.

        What is due at a stop is done before its act, and what the act makes due right after it.
        Acts work with ``while_advancing``. Errors: those of advance_to, and whatever acts raise.
        """
        return self._journey(lambda _: target, report=report, stops=stops)

    def advance_days(self, days: int, *, report: Reporter = say_nothing) -> Journey:
        """Move on by whole days, to the same time of day."""
        return self._journey(lambda at: at + days * _DAY, report=report)

    def advance_months(self, months: int, *, report: Reporter = say_nothing) -> Journey:
        """Move on by months, to the same day or the month's last one."""
        return self._journey(lambda at: months_later(at, months=months), report=report)

    def to_next_event(self, *, report: Reporter = say_nothing) -> Journey:
        """Move to the next thing that falls due, cut-offs and midnights included, and do it."""

        def next_event(at: datetime) -> datetime:
            with self._platform.database.work(while_advancing=True) as work:
                return next((due.at for due in next_due(work) if due.at > at), at)

        return self._journey(next_event, report=report)

    def run_closes(self, count: int, *, report: Reporter = say_nothing) -> Journey:
        """Move on until so many more days are closed: to 02:00 of the last one's next day."""

        def after_closes(at: datetime) -> datetime:
            today = shanghai_date(at)
            first = shanghai_midnight(today) + timedelta(hours=2)
            return first + (count - 1 if at < first else count) * _DAY

        return self._journey(after_closes, report=report)

    def resume(self, *, report: Reporter = say_nothing) -> Journey:
        """Go on with a journey that was cut off; raise NothingUnderWay."""
        with self._desk():
            state = self.state()
            if state.target is None:
                raise NothingUnderWay
            return self._move(state.at, target=state.target, report=report)

    def _journey(
        self,
        where: Callable[[datetime], datetime],
        *,
        report: Reporter,
        stops: Iterable[Stop] = (),
    ) -> Journey:
        """Keep a checkpoint, then move; the desk is held from before to after."""
        with self._desk():
            began_at = self.state().at
            target = where(began_at)
            self._check(began_at, target=target)
            if self._branches is not None:
                wanted = f"before the move to {target.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
                self._branches.checkpoint(wanted)
            return self._move(began_at, target=target, report=report, stops=stops)

    @contextmanager
    def at_the_desk(self) -> Iterator[None]:
        """Hold the desk while the block runs, for many journeys one after the other."""
        dsn, patience_s = self._platform.database.dsn, self._patience_s
        with closing(Desk(dsn)) as desk, desk.held(timeout_s=patience_s):
            self._is_at_desk = True
            try:
                yield
            finally:
                self._is_at_desk = False

    def _desk(self) -> AbstractContextManager[None]:
        return nullcontext() if self._is_at_desk else self.at_the_desk()

    def _check(self, began_at: datetime, *, target: datetime) -> None:
        if target < began_at:
            raise ClockGoesForward(at=began_at.isoformat(), asked=target.isoformat())
        with self._platform.database.work(while_advancing=True) as work:
            calendar = trading_calendar(work)
        if shanghai_date(target) > calendar.last_loaded_on:
            raise CalendarHorizon(
                asked_on=shanghai_date(target).isoformat(),
                last_loaded_on=calendar.last_loaded_on.isoformat(),
            )

    def _move(
        self,
        began_at: datetime,
        *,
        target: datetime,
        report: Reporter,
        stops: Iterable[Stop] = (),
    ) -> Journey:
        database = self._platform.database
        with database.work(while_advancing=True) as work:
            store.begin_journey(work, target=target)
            known = blocked_days(work)
        with database.work(while_advancing=True) as work:
            store.wait_for_readers(work)
        with ExitStack() as failing:
            failing.push(self._tell_failure)
            with database.flushing_late(), undisturbed():
                way = _Way(target, known, iter(stops), report)
                events, stopped_by = self._run(began_at, way=way)
                seal_closed(self._platform, while_advancing=True)
        state = "stopped_at_event" if stopped_by else "ready"
        with database.work(while_advancing=True) as work:
            store.end_journey(work, state=state, stopped_by=stopped_by)
            at = store.clock(work)[0]
        return Journey(began_at, at, events, state, stopped_by)

    def _tell_failure(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Write down what a journey failed with, and let it go on its way.

        Who leaves it, a signal and the end of the program are no failures: the clock stays on
        its way to the target, and whoever starts next goes on.
        """
        if isinstance(error, Exception) and not isinstance(error, Leave):
            code = error.code if isinstance(error, DomainError) else type(error).__name__
            with self._platform.database.work(while_advancing=True) as work:
                store.end_journey(work, state="failed", stopped_by=code)
        return False

    def _run(self, began_at: datetime, *, way: "_Way") -> tuple[int, str]:
        """Do all that falls due until the target; return how much, and what stopped it."""
        events = 0
        total = max(1, (way.target - began_at) // _DAY)
        platform, database = self._platform, self._platform.database
        walk = _Walk(began_at, way, next(way.stops, None), platform.banks_call_at or _never)
        database.tell_time(began_at)
        worked = work_off(platform, at_rest=walk.step)
        while True:
            events += worked.done
            if stopped_by := walk.stopped_by(worked):
                return events, stopped_by
            if walk.is_at_stop:
                walk.act()
                database.forget()
                worked = work_off(platform, at_rest=walk.step)
                continue
            if walk.ahead is None:
                with database.work(while_advancing=True) as work:
                    walk.step(work, worked)
            ahead = walk.arrive()
            database.tell_time(ahead.at)
            if ahead.is_there:
                return events, ""
            way.report(
                (ahead.at - began_at) // _DAY, total, f"{ahead.at.astimezone(SHANGHAI):%Y-%m-%d}"
            )
            if ahead.calls:
                worked = work_off(platform, at_rest=walk.step)
            else:
                # Nobody else works while the clock moves, so what was read still holds.
                now = replace(worked.agenda, at=ahead.at)
                worked = work_off_agenda(platform, now, at_rest=walk.step)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a journey goes: its target, what is blocked already, its stops, and who watches."""

    target: datetime
    known: set[str]
    stops: Iterator[Stop]
    report: Reporter


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Where the clock was moved: whether that is the target, and whether a bank calls there."""

    at: datetime
    is_there: bool
    calls: bool
    is_no_progress: bool


@dataclass(slots=True)
class _Walk:
    """A journey under way: where it stands, its next stop, and the step that was taken last."""

    at: datetime
    way: _Way
    stop: Stop | None
    banks_call_at: Callable[[], datetime | None]
    ahead: _Ahead | None = None
    turns: int = 0

    def step(self, work: Work, worked: WorkedOff) -> None:
        """Move the clock to what comes next, unless the journey stops or somebody acts here."""
        self.ahead = None
        if self.stopped_by(worked) or self.is_at_stop:
            return
        outside_at = self.banks_call_at()
        own_at = _earliest(worked.next_at, self.stop.at if self.stop else None, outside_at)
        next_at, call_at = store.move_on(work, at=self.at, own_at=own_at, target=self.way.target)
        is_there = next_at is None or next_at > self.way.target
        at = self.way.target if next_at is None or is_there else max(self.at, next_at)
        calls = any(each is not None and each <= at for each in (call_at, outside_at))
        self.ahead = _Ahead(at, is_there, calls, next_at is not None and next_at <= self.at)

    def arrive(self) -> _Ahead:
        """Return the step that was taken, which counts now that it is committed."""
        ahead, self.ahead = self.ahead, None
        assert ahead is not None, "a journey that does not stop goes on"
        self.turns = self.turns + 1 if ahead.is_no_progress else 0
        assert self.turns < _TURNS_AT_ONE_INSTANT, f"no progress at {self.at.isoformat()}"
        self.at = ahead.at
        return ahead

    def stopped_by(self, worked: WorkedOff) -> str:
        """Return the close that is newly blocked, or nothing."""
        return next((line for line in worked.blocked if line not in self.way.known), "")

    @property
    def is_at_stop(self) -> bool:
        """Tell whether somebody acts here before the clock goes on."""
        return self.stop is not None and self.stop.at <= self.at

    def act(self) -> None:
        """Let somebody act, and look for the next stop."""
        assert self.stop is not None
        self.stop.act()
        self.stop = next(self.way.stops, None)


def _never() -> datetime | None:
    """Banks in the database are looked for there."""
    return None


def _earliest(*instants: datetime | None) -> datetime | None:
    """Return the first of some instants; None where there is none."""
    return min((at for at in instants if at is not None), default=None)


def months_later(at: datetime, *, months: int) -> datetime:
    """Return the same Shanghai time some months later, on the last day where the month is short.

    >>> from huoqi.kit.dates import shanghai_at
    >>> months_later(shanghai_at(date(2016, 1, 31), hour=9), months=1).isoformat()
    '2016-02-29T01:00:00+00:00'
    """
    local = at.astimezone(SHANGHAI)
    years, month = divmod(local.month - 1 + months, 12)
    first = date(local.year + years, month + 1, 1)
    following = date(first.year + month // 11, (month + 1) % 12 + 1, 1)
    day = min(local.day, (following - first).days)
    return local.replace(year=first.year, month=first.month, day=day).astimezone(at.tzinfo)
