"""Small kept books for tests: founded, given a day's journal, closed and sealed."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from huoqi.close.book import Int64, column
from huoqi.close.book.days import close_day
from huoqi.close.book.files import mapped
from huoqi.close.book.founding import found_book
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    Generation,
    accounts_path,
    column_path,
    in_force,
)
from huoqi.close.book.journals import Changes, Figures, Journal, keep_journal
from huoqi.close.rules.proofs import SIGNERS, Signer
from huoqi.close.seal.sealing import Seal, keep_seal, statement_of
from huoqi.close.seal.signers import KeySigner, day_key_of, seed_of
from huoqi.close.seal.trees import tree_of

FUND, OPENED = "990001", date(2015, 5, 11)
NEXT = OPENED + timedelta(days=1)
SECRET = bytes(range(32))

Holders = Sequence[tuple[int, int]]


def founded(folder: Path, holders: Holders, *, parts: int = 1) -> Generation:
    """Return a book of these accounts and units, shared out by account."""
    columns = []
    for number in range(parts):
        own = sorted(pair for pair in holders if pair[0] % parts == number)
        columns.append((column([a for a, _ in own]), column([u for _, u in own])))
    return found_book(folder, columns, fund=FUND, on=OPENED)


def told(folder: Path, changes: Holders, figures: Figures, *, on: date = NEXT) -> None:
    """Keep the journal of a day."""
    accounts, deltas_e2 = [a for a, _ in changes], [d for _, d in changes]
    keep_journal(folder, Journal(Changes(column(accounts), column(deltas_e2)), figures), on=on)


def closed(folder: Path, *, on: date = NEXT) -> Generation:
    """Return the book at the end of a day whose journal is kept."""
    return close_day(folder, on=on, threads=2)


def rows_of(folder: Path, generation: Generation) -> dict[int, tuple[int, int]]:
    """Return each account's units and income as they stand in the files."""
    found: dict[int, tuple[int, int]] = {}
    for part in generation.parts:
        accounts = mapped(accounts_path(folder, part=part.name), rows=part.rows).tolist()
        columns: list[Int64] = [
            mapped(
                column_path(folder, part=part.name, on=generation.on, column=name), rows=part.rows
            )
            for name in (UNITS, INCOME)
        ]
        pairs = zip(*(each.tolist() for each in columns), strict=True)
        found |= dict(zip(accounts, pairs, strict=True))
    return found


def day_key(on: date) -> bytes:
    """Return the key of a day of these books."""
    return day_key_of(SECRET, fund=FUND, on=on)


def signers(generation: Generation) -> list[KeySigner]:
    """Return three signers whose books are those of the generation."""
    figures = (generation.totals.units_e2, generation.totals.income_fen)
    return [
        KeySigner(each, seed_of(SECRET, signer=each), lambda days: [figures] * len(days))
        for each in SIGNERS
    ]


def public_keys() -> dict[Signer, bytes]:
    """Return the keys that everybody may know."""
    made = [
        KeySigner(each, seed_of(SECRET, signer=each), lambda days: [(0, 0)] * len(days))
        for each in SIGNERS
    ]
    return {each.signer: each.public_key for each in made}


def sealed(folder: Path) -> Seal:
    """Return the seal of the book in force."""
    generation = in_force(folder)
    tree = tree_of(folder, generation, day_key=day_key(generation.on))
    statement = statement_of(generation, root=tree.root, previous=None)
    return keep_seal(folder, statement, levels=tree.kept, signers=signers(generation))


def random_holders(dice: np.random.Generator, count: int, *, most_e2: int = 10**9) -> Holders:
    """Return holders with gaps between their accounts."""
    accounts = np.cumsum(dice.integers(1, 5, count))
    units_e2 = dice.integers(0, most_e2, count)
    return list(zip(accounts.tolist(), units_e2.tolist(), strict=True))
