"""The company under simulation: it dies and starts again; the parties around it live on."""

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from bench.simulation.fate import Fate, Killed, MortalDatabase, MortalPort
from huoqi.close.platform import Platform
from huoqi.fund.managers.port import FundManager
from huoqi.kit.clock import TableClock
from huoqi.kit.db import Database
from huoqi.kit.ids import SeededIds
from huoqi.payments.banks.port import Bank
from huoqi.sandbox.time_machine import TimeMachine

Answer = TypeVar("Answer")
FUND, SHARDS = "990001", 2


@dataclass
class Company:
    """A platform by life: ``world`` is what stays, ``platform`` what the process of today holds."""

    world: Platform
    fate: Fate
    seed: int
    lives: int = 0
    stops: list[str] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.begin_life()

    def begin_life(self) -> None:
        """Throw away what the process knew and start as a restart would."""
        with self.fate.spared():
            self._stack.close()
        self.lives += 1
        ids = SeededIds(f"life {self.lives} of {self.seed}")
        mortal = MortalDatabase(self.world.database.dsn, clock=TableClock(), ids=ids, size=2)
        mortal.fate = self.fate
        self.platform = dataclasses.replace(
            self.world,
            database=mortal,
            banks=cast(Bank, MortalPort(self.world.banks, self.fate)),
            managers=_Managers(self.world.managers, self.fate),
        )
        self._stack = ExitStack()
        self._stack.callback(mortal.close)
        self.machine = TimeMachine(self.platform)
        self._stack.enter_context(self.machine.at_the_desk())
        self.fate.live_again()

    def close(self) -> None:
        """End the last life."""
        with self.fate.spared():
            self._stack.close()

    @property
    def database(self) -> Database:
        """Return a database of those who only look on: it never dies."""
        return self.world.database

    def insist(self, body: Callable[[Platform], Answer]) -> Answer:
        """Return a request's answer; who gets none because the company died asks the next life."""
        while True:
            try:
                return body(self.platform)
            except Killed:
                self.begin_life()

    def advance_to(self, at: datetime) -> bool:
        """Let time pass to an instant, through any deaths; return whether a close stopped it."""
        while True:
            try:
                state = self.machine.state()
                if state.target is not None:
                    journey = self.machine.resume()
                elif state.at < at:
                    journey = self.machine.advance_to(at)
                else:
                    return False
            except Killed:
                self.begin_life()
                continue
            if journey.stopped_by:
                self.stops.append(journey.stopped_by)
                return True


class _Managers(dict[str, FundManager]):
    def __init__(self, parties: Mapping[str, FundManager], fate: Fate) -> None:
        super().__init__({FUND: cast(FundManager, MortalPort(parties[FUND], fate))})
