"""When the process dies: before or after any commit, before or after any word to another party.

Whatever the process holds in memory is gone then; what others have heard stays heard.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from huoqi.kit.db import Database, Work


class Killed(BaseException):
    """The process ends here."""


class Fate:
    """Counts the places at which the process can die and ends it at those that the seed drew."""

    def __init__(self, dice: Random, *, between: int) -> None:
        self._dice = dice
        self._between = between
        self.deaths: Counter[str] = Counter()
        self.passed = 0
        self._is_dead = False
        self._is_safe = 0
        self._left = self._drawn()

    def _drawn(self) -> int:
        """Return after how many places it dies next; one death in four comes on another's heels."""
        most = 25 if self._dice.randrange(4) == 0 else 2 * self._between
        return self._dice.randrange(1, most + 1) if self._between else -1

    def meet(self, where: str) -> None:
        """Go past a place, or die there; a dead process goes past nothing."""
        if self._is_safe:
            return
        if self._is_dead:
            raise Killed
        self.passed += 1
        self._left -= 1
        if self._left == 0:
            self._is_dead = True
            self.deaths[where] += 1
            raise Killed

    def live_again(self) -> None:
        """Begin another life."""
        self._is_dead = False
        self._left = self._drawn()

    @contextmanager
    def spared(self) -> Iterator[None]:
        """Let nobody die while the block runs: who only looks does not count."""
        self._is_safe += 1
        try:
            yield
        finally:
            self._is_safe -= 1


class MortalDatabase(Database):
    """A database whose process may die before a commit, with all of it lost, or right after it."""

    fate: Fate

    @contextmanager
    def work(self, *, actor: str = "system", while_advancing: bool = False) -> Iterator[Work]:
        """Yield a unit of work, or die at its end."""
        with super().work(actor=actor, while_advancing=while_advancing) as work:
            yield work
            work.flush()
            self.fate.meet("before a commit")
        self.fate.meet("after a commit")


class MortalPort:
    """Another party, at each of whose calls our process may die: before it, or with its answer."""

    def __init__(self, party: object, fate: Fate) -> None:
        self._party = party
        self._fate = fate

    def __getattr__(self, name: str) -> Callable[..., object]:
        call: Callable[..., object] = getattr(self._party, name)

        def mortal(*args: object, **named: object) -> object:
            self._fate.meet(f"before {name}")
            answer = call(*args, **named)
            self._fate.meet(f"after {name}")
            return answer

        return mortal
