"""Closes and seals a book of many holders while killed at random moments; prints what was found.

Use: python -m tests.close.book.killing FOLDER SEED KILLS HOLDERS. A child is forked for each try
and killed with signal 9 at a random moment of the time that a close and a seal took in peace.
"""

import hashlib
import json
import random
import shutil
import sys
import time
from pathlib import Path

import numpy as np

from huoqi.close.book.files import mapped
from huoqi.close.book.generations import INCOME, UNITS, accounts_path, column_path, in_force
from huoqi.close.book.journals import Figures
from huoqi.close.seal.sealing import kept_seal
from tests.children import end_within, fork, outcome
from tests.close.book.crashing import close_and_seal
from tests.close.kept_books import NEXT, founded, random_holders, told

PARTS = 4


def columns_of(folder: Path) -> str:
    """Return a digest of the day in force and of every column of its book."""
    generation = in_force(folder)
    digest = hashlib.sha256(generation.on.isoformat().encode())
    for part in generation.parts:
        paths = [accounts_path(folder, part=part.name)]
        paths += [
            column_path(folder, part=part.name, on=generation.on, column=name)
            for name in (UNITS, INCOME)
        ]
        for path in paths:
            digest.update(mapped(path, rows=part.rows).tobytes())
    return digest.hexdigest()


def main(folder: Path, seed: int, kills: int, holders: int) -> None:
    """Kill, look, go on; at last finish, and print what came of it and what should have."""
    dice = random.Random(seed)
    before, whole, now = folder / "before", folder / "whole", folder / "now"
    own = random_holders(np.random.default_rng(seed), holders)
    founded(before, own, parts=PARTS)
    changes = [(account, dice.randrange(1, 10**6)) for account, _ in own[:: holders // 1_000]]
    told(before, [*changes, (own[-1][0] + 7, 100)], Figures(136_920))
    took, expected = [], ""
    for _ in range(2):  # the first time loads the compiled loops
        shutil.rmtree(whole, ignore_errors=True)
        shutil.copytree(before, whole)
        began = time.monotonic()
        expected = close_and_seal(whole)
        took.append(time.monotonic() - began)
    books = {columns_of(before): "yesterday", columns_of(whole): "today"}
    found, roots, died = {"yesterday": 0, "today": 0, "neither": 0}, set(), 0
    while died < kills:
        if not now.exists():
            shutil.copytree(before, now)
        child = fork(lambda: _closed(now))
        end_within(child, seconds=dice.random() * took[-1])
        was_killed = outcome(child) != 0
        died += was_killed
        found[books.get(columns_of(now), "neither")] += was_killed
        if in_force(now).on == NEXT:
            roots.add(close_and_seal(now))
            assert kept_seal(now, NEXT).statement.count == in_force(now).totals.positions
            shutil.rmtree(now)
    if now.exists():
        roots.add(close_and_seal(now))
    document = {"expected": expected, "roots": sorted(roots), "found": found, "died": died}
    sys.stdout.write(json.dumps(document))


def _closed(folder: Path) -> None:
    close_and_seal(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
