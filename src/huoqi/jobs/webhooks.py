"""The background loop that tells receivers of events, beside the one that moves money.

It has a thread of its own and a few for slow receivers; it takes no lock that money waits for.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from psycopg.errors import OperationalError
from psycopg_pool import PoolTimeout

from huoqi.events.webhooks.delivery import Sender
from huoqi.jobs.loop import pause_ms
from huoqi.jobs.turns import Turn

_LOG = logging.getLogger("huoqi.jobs.webhooks")
_IDLE_MS = 300
_RECEIVERS_AT_ONCE = 4
_STOP_MOST_S = 15


class WebhookLoop:
    """Runs in a thread of its own between ``start`` and ``stop``."""

    def __init__(self, sender: Sender, *, idle_ms: int = _IDLE_MS) -> None:
        self._sender = sender
        self._idle_ms = idle_ms
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(_RECEIVERS_AT_ONCE, thread_name_prefix="huoqi-webhook")
        self._thread = threading.Thread(target=self._run, name="huoqi-webhooks", daemon=True)
        self.failures_in_a_row = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the round at hand and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_MOST_S)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def turn(self) -> int:
        """Send what is due and return how much was tried."""
        return self._sender.deliver(self._pool)

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait_ms = self._guarded_turn()
            self._stopping.wait(wait_ms / 1_000)

    def _guarded_turn(self) -> int:
        """Take a turn and return how long to wait before the next one."""
        turn = Turn()
        with turn:
            turn.done = self.turn()
        if turn.error is None:
            self.failures_in_a_row = 0
            return 0 if turn.done else self._idle_ms
        if isinstance(turn.error, OperationalError | PoolTimeout):
            name = type(turn.error).__name__
            _LOG.warning("the database is away for a moment: %s", name)
        else:
            _LOG.error("a round of webhooks failed", exc_info=turn.error)
        self.failures_in_a_row += 1
        return pause_ms(self.failures_in_a_row)
