"""Token buckets in real time: how often one client may ask for codes, sign in, step up."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from huoqi.web.errors import RateLimited

_MAX_CLIENTS = 50_000


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket: how many tries at once, and one more every so many milliseconds."""

    burst: int
    refill_ms: int


class RateLimiter:
    """Buckets by client, in memory: transport protection of one process, not a business limit.

    Business limits (wrong codes, password lock-out) live in the domains and in the database.
    """

    def __init__(self, rate: Rate) -> None:
        assert rate.burst > 0
        assert rate.refill_ms > 0
        self._rate = rate
        self._full_at_ms: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def take(self, client: str, *, now_ms: int | None = None) -> None:
        """Take one token or raise RateLimited with the seconds to wait."""
        now = time.monotonic_ns() // 1_000_000 if now_ms is None else now_ms
        capacity_ms = self._rate.burst * self._rate.refill_ms
        with self._lock:
            full_at = max(self._full_at_ms.get(client, 0), now) + self._rate.refill_ms
            over_ms = full_at - now - capacity_ms
            if over_ms > 0:
                raise RateLimited(retry_after_s=-(-over_ms // 1000))
            self._full_at_ms[client] = full_at
            self._full_at_ms.move_to_end(client)
            if len(self._full_at_ms) > _MAX_CLIENTS:
                self._full_at_ms.popitem(last=False)
