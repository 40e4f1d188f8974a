"""How long the steps of a piece of work took, added up over all who work on it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up seconds by step; several threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        """Count the block to a step."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.add(step, time.perf_counter() - begun)

    def add(self, step: str, seconds: float) -> None:
        """Count so many seconds to a step."""
        with self._lock:
            self.seconds[step] = self.seconds.get(step, 0.0) + seconds
