"""An agent that is killed anywhere goes on where it was: same books, same files."""

import os
import random
import signal
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from huoqi.fund.managers.port import ManagerOrder, ManagerSide
from tests.sandbox.transfer_agent.folders import (
    MONDAY,
    Distributor,
    look,
    morning,
    night,
    order_of,
)

DAYS = [MONDAY + timedelta(days=n) for n in range(4)]
SLICE_S = 0.000_5
LONGEST_SLICES = 120


def story() -> Iterator[tuple[datetime, list[ManagerOrder], date]]:
    """Yield what happens: at an instant, orders of a day."""
    for n, on in enumerate(DAYS):
        bought = [order_of(100 * n + k, size=100_001 + k, on=on, of=100 + k) for k in range(1, 8)]
        sold = [
            order_of(100 * n + 50 + k, ManagerSide.REDEEM, size=5_000, on=on, of=100 + k)
            for k in range(1, 4)
        ]
        yield morning(on), bought + (sold if n else []), on
        moved = [
            order_of(100 * n + 70, ManagerSide.FAST_REDEEM, size=100, on=on, of=101, with_no=7)
        ]
        yield night(on), moved if n > 1 else [], on


def killed_look(distributor: Distributor, *, after_s: float) -> None:
    """Let an agent look into the folder in a process that is killed after some time."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # As sudden as signal 9: nothing is undone.
        signal.setitimer(signal.ITIMER_REAL, after_s)
        try:
            look(distributor)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def told(root: Path, *, chance: random.Random | None) -> dict[str, str]:
    """Return all bytes that come of the story, the agent killed at random if there is chance."""
    we = Distributor(root)
    bytes_taken: dict[str, str] = {}

    def take() -> None:
        for name, digest in we.take_away().items():
            assert bytes_taken.setdefault(name, digest) == digest, f"{name} came with other bytes"

    for at, orders, on in story():
        if orders:
            we.send(orders, on=on)
        we.tell(at)
        for _ in range(3 if chance else 0):
            assert chance is not None
            killed_look(we, after_s=SLICE_S * chance.randint(1, LONGEST_SLICES))
            if chance.random() < 0.5:
                take()
        we.tell(at)
        look(we)
        take()
        look(we)
        take()
    return bytes_taken


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_points_the_files_are_those_of_a_quiet_life(
    tmp_path: Path, seed: int
) -> None:
    quiet = told(tmp_path / "quiet", chance=None)
    killed = told(tmp_path / "killed", chance=random.Random(seed))

    assert len(quiet) > 30
    assert killed == quiet
