"""The background loop of a server: works off what is due, soon after it falls due.

It wakes when told, else looks again after a moment. Several servers may run one: whoever has the
desk works, the others look on.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from psycopg.errors import OperationalError
from psycopg_pool import PoolTimeout

from huoqi.close.operations import Rounds
from huoqi.close.platform import Platform
from huoqi.jobs.turns import Turn
from huoqi.kit.clock import ClockAdvancing
from huoqi.kit.desk import Desk

_LOG = logging.getLogger("huoqi.jobs")
_IDLE_MS = 250
# Between two busy turns: what comes up meanwhile is worked off together, and requests go first.
_BREATH_MS = 100
_PAUSE_MS = 200
_PAUSE_MOST_MS = 30_000
_STOP_MOST_S = 30


def pause_ms(failures: int) -> int:
    """Return how long to wait after so many failures in a row: doubling, up to half a minute.

    >>> [pause_ms(n) for n in (1, 2, 3, 20)]
    [200, 400, 800, 30000]
    """
    return min(_PAUSE_MS << min(failures - 1, 16), _PAUSE_MOST_MS)


@dataclass
class JobCounts:
    """What the loop has done since it began; read by the metrics."""

    turns: int = 0
    done: int = 0
    failed: int = 0
    not_at_desk: int = 0
    failures_in_a_row: int = field(default=0)


class JobsLoop:
    """Runs in a thread of its own between ``start`` and ``stop``."""

    def __init__(
        self,
        platform: Platform,
        *,
        work_off: Callable[[Platform], int] | None = None,
        idle_ms: int = _IDLE_MS,
    ) -> None:
        self._platform = platform
        self._work_off = work_off or Rounds()
        self._idle_ms = idle_ms
        self._desk = Desk(platform.database.dsn)
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="huoqi-jobs", daemon=True)
        self.counts = JobCounts()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once: something was just committed that the loop should do."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the turn at hand and end."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_MOST_S)
        self._desk.close()

    def turn(self) -> int:
        """Do what is due now, if the desk is free, and return how much was done."""
        self.counts.turns += 1
        if not self._desk.try_take():
            self.counts.not_at_desk += 1
            return 0
        try:
            done = self._work_off(self._platform)
        finally:
            self._desk.give_back()
        self.counts.done += done
        return done

    def _run(self) -> None:
        while not self._stopping.is_set():
            done, wait_ms = self._guarded_turn()
            if done:
                self._stopping.wait(wait_ms / 1_000)
            else:
                self._woken.wait(wait_ms / 1_000)
            self._woken.clear()

    def _guarded_turn(self) -> tuple[int, int]:
        """Take a turn and return what was done, and how long to wait before the next one."""
        turn = Turn()
        with turn:
            turn.done = self.turn()
        if turn.error is None:
            self.counts.failures_in_a_row = 0
            return turn.done, _BREATH_MS if turn.done else self._idle_ms
        if isinstance(turn.error, ClockAdvancing):
            return 0, self._idle_ms
        if isinstance(turn.error, OperationalError | PoolTimeout):
            # A checkpoint being kept, or a database on its way up again: no fault of the code.
            name = type(turn.error).__name__
            _LOG.warning("the database is away for a moment: %s", name)
        else:
            _LOG.error("a background turn failed", exc_info=turn.error)
        return 0, self._failed()

    def _failed(self) -> int:
        """Count a failure, let the desk go, and return how long to wait."""
        self.counts.failed += 1
        self.counts.failures_in_a_row += 1
        self._desk.close()
        return pause_ms(self.counts.failures_in_a_row)
