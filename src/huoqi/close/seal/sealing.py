"""A day sealed: tree, statement, three signatures, kept durably; and a holder's proof out of it."""

import hashlib
import json
import os
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import overload

import numpy as np

from huoqi.close.book.files import Int64, mapped, opened, sync_folder, write_whole
from huoqi.close.book.generations import (
    INCOME,
    UNITS,
    Generation,
    accounts_path,
    column_path,
    generation_on,
)
from huoqi.close.rules.proofs import SIGNERS, Proof, Signature
from huoqi.close.rules.seal_places import Places, place_of, row_at
from huoqi.close.rules.seal_tree import (
    GROUP,
    HASH_BYTES,
    NOTHING,
    Leaf,
    Statement,
    Status,
    blind_of,
    leaf_hash,
    levels_in_group,
    places_key,
    read_statement,
    siblings_of,
    statement_bytes,
)
from huoqi.close.seal.port import SealSigner
from huoqi.close.seal.refusals import NotInBook, NotSealed


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed day: what was signed, by whom, and how many nodes each kept level has."""

    statement: Statement
    signatures: tuple[Signature, ...]
    level_sizes: tuple[int, ...]


def statement_of(generation: Generation, *, root: bytes, previous: Statement | None) -> Statement:
    """Return what the day's signers are to sign."""
    totals = generation.totals
    before = NOTHING if previous is None else hashlib.sha256(statement_bytes(previous)).digest()
    return Statement(
        generation.on,
        generation.fund,
        root,
        totals.positions,
        totals.units_e2,
        totals.income_fen,
        before,
    )


def seal_path(folder: Path, on: date) -> Path:
    """Return the folder of a day's seal."""
    return folder / "seals" / on.isoformat()


def keep_seal(
    folder: Path, statement: Statement, *, levels: Sequence[bytes], signers: Sequence[SealSigner]
) -> Seal:
    """Have a statement signed by all three and keep the seal; the last file makes it whole."""
    assert tuple(signer.signer for signer in signers) == SIGNERS
    signatures = tuple(signer.sign(statement) for signer in signers)
    place = seal_path(folder, statement.on)
    place.mkdir(parents=True, exist_ok=True)
    with opened(place / "nodes", os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
        for level in levels:
            view = memoryview(level)
            while view:
                view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    sizes = tuple(len(level) // HASH_BYTES for level in levels)
    seal = Seal(statement, signatures, sizes)
    document = {
        "statement": statement_bytes(statement).hex(),
        "signatures": [[each.public_key.hex(), each.signature.hex()] for each in signatures],
        "level_sizes": list(sizes),
    }
    sync_folder(place.parent)
    write_whole(place / "seal.json", json.dumps(document, sort_keys=True).encode("ascii") + b"\n")
    return seal


def kept_seal(folder: Path, on: date) -> Seal:
    """Return the seal of a day; raise NotSealed."""
    try:
        document = json.loads((seal_path(folder, on) / "seal.json").read_bytes())
    except FileNotFoundError as error:
        raise NotSealed(on=on.isoformat()) from error
    return Seal(
        read_statement(bytes.fromhex(document["statement"])),
        tuple(
            Signature(bytes.fromhex(key), bytes.fromhex(signature))
            for key, signature in document["signatures"]
        ),
        tuple(document["level_sizes"]),
    )


def prove(folder: Path, *, on: date, account: int, day_key: bytes) -> Proof:
    """Return an account's proof; the leaves beside it are hashed anew from the columns.

    Raises NotSealed, NotInBook, or NoBook when the day's columns are no longer kept.
    """
    seal, generation = kept_seal(folder, on), generation_on(folder, on)
    leaves = Leaves(folder, generation, day_key)
    position, count = leaves.position_of(account), seal.statement.count
    first = position // GROUP * GROUP
    group = [leaves.hash_at(each) for each in range(first, min(first + GROUP, count))]
    siblings = siblings_of(levels_in_group(group, count=count), position=position % GROUP)
    siblings += siblings_of(_kept_levels(folder, seal), position=position // GROUP)
    leaf = leaves.leaf_at(position)
    return Proof(seal.statement, seal.signatures, leaf, position, tuple(siblings))


@dataclass(frozen=True, slots=True)
class _Level(Sequence[bytes]):
    """The nodes of one level, read from a file where they are asked for."""

    path: Path
    first: int
    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, number: int) -> bytes: ...
    @overload
    def __getitem__(self, number: slice) -> list[bytes]: ...
    def __getitem__(self, number: int | slice) -> bytes | list[bytes]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(self.size))]
        with opened(self.path, os.O_RDONLY) as descriptor:
            return os.pread(descriptor, HASH_BYTES, (self.first + number) * HASH_BYTES)


def _kept_levels(folder: Path, seal: Seal) -> list[_Level]:
    path, sizes = seal_path(folder, seal.statement.on) / "nodes", seal.level_sizes
    firsts = [0, *accumulate(sizes)]
    return [_Level(path, first, size) for first, size in zip(firsts, sizes, strict=False)]


class Leaves:
    """The leaves of a kept day, one by one: for a proof, and for whoever checks a few."""

    def __init__(self, folder: Path, generation: Generation, day_key: bytes) -> None:
        self._folder, self._generation, self._day_key = folder, generation, day_key
        self._columns: dict[int, tuple[Int64, Int64, Int64]] = {}
        self._places = [
            Places(part.rows, places_key(day_key=day_key, part=part.name))
            for part in generation.parts
        ]

    def position_of(self, account: int) -> int:
        """Return where an account's leaf stands; raise NotInBook."""
        number = account % len(self._generation.parts)
        ascending = self._generation.parts[number].ascending
        accounts = self._part(number)[0]
        row = int(np.searchsorted(accounts[:ascending], account))
        if row == ascending or accounts[row] != account:
            late = np.flatnonzero(accounts[ascending:] == account)
            if not late.size:
                raise NotInBook(on=self._generation.on.isoformat())
            row = ascending + int(late[0])
        place = place_of(row, places=self._places[number])
        return self._generation.firsts[number] + place

    def leaf_at(self, position: int) -> Leaf:
        """Return the leaf at a position."""
        firsts = self._generation.firsts
        # Of partitions without rows, which begin where the next one does, the last is the one.
        number = bisect_right(firsts, position) - 1
        row = row_at(position - firsts[number], places=self._places[number])
        account, units_e2, income_fen = (int(column[row]) for column in self._part(number))
        blind = blind_of(account, day_key=self._day_key)
        return Leaf(account, units_e2, income_fen, Status.CONFIRMED, blind)

    def hash_at(self, position: int) -> bytes:
        """Return the hash of the leaf at a position."""
        generation = self._generation
        return leaf_hash(self.leaf_at(position), on=generation.on, fund=generation.fund)

    def _part(self, number: int) -> tuple[Int64, Int64, Int64]:
        if number not in self._columns:
            part, on = self._generation.parts[number], self._generation.on
            place = partial(column_path, self._folder, part=part.name, on=on)
            self._columns[number] = (
                mapped(accounts_path(self._folder, part=part.name), rows=part.rows),
                mapped(place(column=UNITS), rows=part.rows),
                mapped(place(column=INCOME), rows=part.rows),
            )
        return self._columns[number]
