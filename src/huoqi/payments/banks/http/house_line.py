"""Telling a sandbox's banks: the business time, what shall go wrong, and where to call us.

No real bank has such a line. Who waits for it gives up after a minute; calls then come late.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

import msgspec

from huoqi.kit.db import Database, Work
from huoqi.kit.progress import monotonic_ms
from huoqi.payments.banks.http.keys import HOUSE, Request
from huoqi.payments.banks.http.lines import Limits, Lines, Outcome

PATH = "/v1/house"
_ACTOR = "bank-lines"
_PATIENCE_S = 60
_TURN_MS = 5_000
_PAUSE_S = 0.05
_OK = 200


class ArmedFault(msgspec.Struct, frozen=True):
    """A fault of banks as the other side is told it."""

    fault_id: UUID
    fault: str
    target: str
    from_at: datetime
    until_at: datetime | None
    remaining: int | None
    params: dict[str, int]


class StatementDesk(msgspec.Struct, frozen=True):
    """Our account at a bank, when its statement of a day is ready, and when its day ends."""

    bank: str
    account: str
    ready: time
    cut_off: time


class _Told(msgspec.Struct, frozen=True):
    at: datetime
    faults: Sequence[ArmedFault]
    callbacks_to: str
    twice: Sequence[str]
    desks: Sequence[StatementDesk]
    patience_ms: int


class _Standing(msgspec.Struct, frozen=True):
    at: datetime
    unheard: int
    next_call_at: datetime | None
    spent: Sequence[UUID] = ()


@dataclass(frozen=True)
class Wishes:
    """What the other side is told beside the time, read where it stands in our database.

    ``faults`` those armed against banks, ``spend`` writes down which are over, ``callbacks_to`` is
    where we can be called, ``twice`` are banks that move money again when told again,
    ``desks`` where and when statements of ours are written.
    """

    faults: Callable[[Work], Sequence[ArmedFault]]
    spend: Callable[[Work, Sequence[UUID]], None]
    callbacks_to: Callable[[], str]
    twice: Callable[[Work], Sequence[str]]
    desks: Callable[[Work], Sequence[StatementDesk]]


class HouseLine:
    """Tells the banks' process what a sandbox wants of it; once for each change."""

    def __init__(self, database: Database, wishes: Wishes, *, is_patient: bool = False) -> None:
        self._database = database
        self._wishes = wishes
        self._is_patient = is_patient
        self._lock = threading.Lock()
        self._told: _Told | None = None
        self._standing: _Standing | None = None
        self._spent: frozenset[UUID] = frozenset()
        self._in_order = False

    @property
    def in_order(self) -> bool:
        """Tell whether a counted fault is armed against all banks: then who is first matters."""
        return self._in_order

    def tell(self, at: datetime, *, lines: Lines, waits: bool) -> None:
        """Tell the time and the faults where either is new, and let all due calls be made.

        A journey waits for the banks, as does who is patient; a server tells again in a moment.
        """
        with self._lock:
            told = self._read(at)
            if told != self._told:
                self._tell_until_heard(told, lines=lines, waits=waits or self._is_patient)

    def forget(self) -> None:
        """Ask anew when banks call next: they were told something that may make them call."""
        self._standing = None

    def next_call_at(self, at: datetime, *, lines: Lines) -> datetime | None:
        """Return when the first call after an instant is due."""
        with self._lock:
            standing = self._standing
            if standing is None or standing.at < at:
                standing = self._tell_until_heard(self._read(at), lines=lines, waits=True)
        if standing is None or standing.next_call_at is None or standing.next_call_at <= at:
            return None
        return standing.next_call_at.astimezone(UTC)

    def _read(self, at: datetime) -> _Told:
        with self._database.work(actor=_ACTOR, while_advancing=True) as work:
            faults, twice = self._wishes.faults(work), self._wishes.twice(work)
            desks = self._wishes.desks(work)
        left = [each for each in faults if each.fault_id not in self._spent]
        self._in_order = any(each.remaining is not None and not each.target for each in left)
        return _Told(at, left, self._wishes.callbacks_to(), twice, desks, _TURN_MS)

    def _tell_until_heard(self, told: _Told, *, lines: Lines, waits: bool) -> _Standing | None:
        """Return the answer once every due call was heard by us, or the last one there was."""
        pause, deadline = threading.Event(), monotonic_ms() + 1_000 * _PATIENCE_S
        while True:
            standing = _asked(told, lines)
            if standing is not None:
                self._note_spent(standing.spent)
                if not standing.unheard or not told.callbacks_to:
                    self._told, self._standing = told, standing
                    return standing
            if not waits or monotonic_ms() > deadline:
                return standing
            pause.wait(_PAUSE_S)

    def _note_spent(self, spent: Sequence[UUID]) -> None:
        fresh = frozenset(spent) - self._spent
        if fresh:
            with self._database.note(actor=_ACTOR) as work:
                self._wishes.spend(work, sorted(fresh))
            self._spent |= fresh


def _asked(told: _Told, lines: Lines) -> _Standing | None:
    """Return the house's answer, None where there is none that is signed."""
    request = Request(HOUSE, PATH, told.at.isoformat(), msgspec.json.encode(told))
    heard = lines.ask(request, limits=Limits(deadline_s=2 * _TURN_MS / 1_000))
    if heard.outcome is not Outcome.ANSWERED or heard.status != _OK:
        return None
    try:
        return msgspec.json.decode(heard.body, type=_Standing)
    except msgspec.DecodeError:
        return None
