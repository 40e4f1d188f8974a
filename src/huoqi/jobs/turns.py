"""One turn of a background thread, whose errors the thread outlives."""

from dataclasses import dataclass
from types import TracebackType


@dataclass
class Turn:
    """One turn, which the loop outlives whatever went wrong in it: the error is kept and told.

    What ends the thread or the program itself goes on its way.
    """

    done: int = 0
    error: Exception | None = None

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Keep what went wrong for the loop to look at."""
        if isinstance(error, Exception):
            self.error = error
        return self.error is not None
