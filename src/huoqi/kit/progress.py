"""Progress for people: a bar on a terminal, plain lines in a log, nothing for what is quick."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Protocol, Self, TextIO

_QUIET_MS = 1_000  # what takes less than this is not worth a line
_REDRAW_MS = 100
_LINE_EVERY_MS = 5_000
_BAR_WIDTH = 24
_CLEAR_LINE = "\r\x1b[2K"


class Reporter(Protocol):
    """Is told how far a long piece of work has come."""

    def __call__(self, done: int, total: int, note: str) -> None:
        """Take the count done, the count in all (0 = unknown) and a word on what is at hand."""
        ...


def say_nothing(done: int, total: int, note: str) -> None:
    """Ignore progress: the reporter of callers who do not watch."""


def monotonic_ms() -> int:
    """Return milliseconds since some start, for measuring how long work takes; never a date."""
    return time.monotonic_ns() // 1_000_000


def remaining_ms(*, done: int, total: int, elapsed_ms: int) -> int | None:
    """Return the time left at the rate so far, or None while nothing is known.

    >>> remaining_ms(done=25, total=100, elapsed_ms=1_000)
    3000
    """
    if done <= 0 or total <= 0:
        return None
    return max(0, total - done) * elapsed_ms // done


def duration_text(ms: int) -> str:
    """Return a duration as a person says it, rounded up to the second.

    >>> duration_text(65_200), duration_text(3_600_000)
    ('1m06s', '1h00m')
    """
    seconds = -(-ms // 1_000)
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3_600:
        return f"{seconds // 60}m{seconds % 60:02d}s"
    return f"{seconds // 3_600}h{seconds % 3_600 // 60:02d}m"


def rate_text(*, done: int, elapsed_ms: int) -> str:
    """Return items per second, with one decimal while they are few.

    >>> rate_text(done=3, elapsed_ms=2_000), rate_text(done=1_234_000, elapsed_ms=1_000)
    ('1.5/s', '1,234,000/s')
    """
    tenths = done * 10_000 // max(1, elapsed_ms)
    return f"{tenths // 10:,}/s" if tenths >= 100 else f"{tenths // 10}.{tenths % 10}/s"


class Progress:
    """Shows how far work has come; use it in a ``with`` block and call it as a Reporter.

    On a terminal it is one line that is redrawn; elsewhere a plain line every five seconds. It
    writes to standard error, so that standard output stays a document. ``NO_COLOR`` is obeyed.
    """

    def __init__(
        self,
        label: str,
        *,
        total: int = 0,
        out: TextIO | None = None,
        now_ms: Callable[[], int] = monotonic_ms,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._label = label
        self._out = sys.stderr if out is None else out
        self._now_ms = now_ms
        self._is_terminal = self._out.isatty()
        known = os.environ if environment is None else environment
        self._is_coloured = self._is_terminal and not known.get("NO_COLOR")
        self._started_ms = now_ms()
        self._shown_ms: int | None = None
        self.done = 0
        self.total = total
        self.note = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown_ms is None:
            return
        self._draw()
        if self._is_terminal:
            self._out.write("\n")
            self._out.flush()

    def __call__(self, done: int, total: int, note: str) -> None:
        """Take the present state and show it when it is time to."""
        self.done, self.total, self.note = done, total, note
        now_ms = self._now_ms()
        if now_ms - self._started_ms < _QUIET_MS:
            return
        wait_ms = _REDRAW_MS if self._is_terminal else _LINE_EVERY_MS
        if self._shown_ms is None or now_ms - self._shown_ms >= wait_ms:
            self._shown_ms = now_ms
            self._draw()

    def advance(self, count: int = 1, *, note: str = "") -> None:
        """Count some more items as done."""
        self(self.done + count, self.total, note or self.note)

    def _draw(self) -> None:
        text = self._text()
        if not self._is_terminal:
            self._out.write(text + "\n")
        else:
            self._out.write(f"{_CLEAR_LINE}{text}")
        self._out.flush()

    def _text(self) -> str:
        elapsed_ms = self._now_ms() - self._started_ms
        parts = [self._label]
        if self.total:
            parts.append(self._bar())
            parts.append(f"{self.done:,}/{self.total:,}")
            parts.append(f"{self.done * 100 // self.total}%")
        else:
            parts.append(f"{self.done:,}")
        parts.append(rate_text(done=self.done, elapsed_ms=elapsed_ms))
        left_ms = remaining_ms(done=self.done, total=self.total, elapsed_ms=elapsed_ms)
        if left_ms:
            parts.append(f"{duration_text(left_ms)} left")
        elif self.total and self.done >= self.total:
            parts.append(f"in {duration_text(elapsed_ms)}")
        return "  ".join(part for part in (*parts, self.note) if part)

    def _bar(self) -> str:
        if not self._is_terminal:
            return ""
        filled = min(_BAR_WIDTH, self.done * _BAR_WIDTH // self.total)
        full, rest = "█" * filled, "░" * (_BAR_WIDTH - filled)
        return f"\x1b[32m{full}\x1b[0m{rest}" if self._is_coloured else full + rest
