"""Closes and seals a small book while being killed at its writes; prints what is in force at last.

Use: python -m tests.close.book.crashing FOLDER SEED KILLS. A child is forked for each try and kills
itself with signal 9 at one of its calls that write, sync or rename, after part of the bytes.
"""

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from huoqi.close.book.generations import in_force
from huoqi.close.book.journals import Figures
from huoqi.close.seal.sealing import kept_seal
from tests.close.kept_books import (
    NEXT,
    OPENED,
    closed,
    founded,
    random_holders,
    rows_of,
    sealed,
    told,
)

CALLS = ("pwrite", "write", "fsync", "replace")


class Fatal:
    """Counts the calls that change files, and dies at the one that was chosen."""

    def __init__(self, at: int, dice: random.Random) -> None:
        self.count, self._at, self._dice = 0, at, dice

    def install(self) -> None:
        """Put this before the calls of ``os``."""
        for name in CALLS:
            setattr(os, name, self._before(getattr(os, name)))

    def _before(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object) -> object:
            self.count += 1
            if self.count == self._at:
                if len(arguments) > 1 and isinstance(arguments[1], bytes | memoryview):
                    part = arguments[1][: self._dice.randint(0, len(arguments[1]))]
                    call(arguments[0], part, *arguments[2:])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments)

        return counted


def close_and_seal(folder: Path) -> str:
    """Return what a day comes to."""
    generation = closed(folder)
    seal = sealed(folder)
    return f"{generation.sha256.hex()} {seal.statement.root.hex()}"


def main(folder: Path, seed: int, kills: int) -> None:
    """Kill, look, go on; at last finish, and print what came of it and what should have."""
    dice = random.Random(seed)
    before = folder / "before"
    holders = random_holders(np.random.default_rng(seed), 500)
    founded(before, holders, parts=3)
    told(before, [(holders[3][0], 77), (9_999, 5), (1, 3)], Figures(136_920))
    compiled = folder / "compiled"
    shutil.copytree(before, compiled)
    close_and_seal(compiled)  # once uncounted: what keeps compiled loops writes files too
    whole = folder / "whole"
    shutil.copytree(before, whole)
    counter = Fatal(0, dice)
    calls = {name: getattr(os, name) for name in CALLS}
    counter.install()
    expected = close_and_seal(whole)
    for name, call in calls.items():
        setattr(os, name, call)
    states = {OPENED: rows_of(before, in_force(before)), NEXT: rows_of(whole, in_force(whole))}
    now, died, found = folder / "now", 0, []
    for _ in range(kills):
        if not now.exists():
            shutil.copytree(before, now)
        at = dice.randint(1, counter.count)
        child = os.fork()
        if child == 0:
            Fatal(at, dice).install()
            close_and_seal(now)
            os._exit(0)
        died += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        generation = in_force(now)
        assert rows_of(now, generation) == states[generation.on], "neither book"
        if generation.on == NEXT:
            found.append(close_and_seal(now))
            assert kept_seal(now, NEXT).statement.count == generation.totals.positions
            shutil.rmtree(now)
    if not now.exists():
        shutil.copytree(before, now)
    found.append(close_and_seal(now))
    document = {"expected": expected, "found": sorted(set(found)), "died": died}
    sys.stdout.write(json.dumps(document))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
