"""Three sides in columns, and their findings: millions of references with few reads of each.

The compiled loops are in ``kernels``; ``rules.classes`` says the same of one reference, and a
property test holds both equal.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np

from huoqi.close.reconcile import kernels
from huoqi.close.reconcile.kernels import Int64
from huoqi.close.reconcile.rules.classes import Finding, Match

_ROWS_A_PART = 4_096
_MOST_PARTS = 4_096
_PREFIX = "HQ"


@dataclass(frozen=True, slots=True)
class Side:
    """One side: the halves of each reference, amounts in fen, days with flags below them."""

    high: Int64
    low: Int64
    amount_fen: Int64
    meta: Int64

    @property
    def columns(self) -> tuple[Int64, Int64, Int64, Int64]:
        """Return what a loop reads."""
        return self.high, self.low, self.amount_fen, self.meta

    @property
    def size(self) -> int:
        """Return how many rows there are."""
        return int(self.high.size)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with its first row on each side; None where a side has none."""

    finding: Finding
    order: int | None
    entry: int | None
    answer: int | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many references are of each class, and a row each for those that did not match."""

    counts: dict[Match, int]
    rows: Int64

    def found(self) -> list[Found]:
        """Return the findings as objects, by their rows on the three sides."""
        ordered = sorted(self.rows.tolist(), key=lambda row: (row[3], row[4], row[5]))
        return [_found(row) for row in ordered]


def halves(reference: str) -> tuple[int, int]:
    """Return a reference as two signed halves: ours as it is, any other by its digest.

    >>> halves("HQ" + "0" * 15 + "1" + "f" * 16)
    (1, -1)
    """
    digits = reference[2:]
    is_ours = len(digits) == 32 and reference.startswith(_PREFIX) and digits.isalnum()
    if is_ours and digits == digits.lower() and not digits.strip("0123456789abcdef"):
        raw = bytes.fromhex(digits)
    else:
        raw = blake2b(reference.encode(), digest_size=16).digest()
    high, low = raw[:8], raw[8:]
    return int.from_bytes(high, signed=True), int.from_bytes(low, signed=True)


def meta_of(on: date, *, flags: int) -> int:
    """Return a day and its flags as one number."""
    return on.toordinal() << kernels.DAY_SHIFT | flags


def side(rows: Sequence[tuple[tuple[int, int], int, int]]) -> Side:
    """Return a side of rows of halves, amount and day with flags."""
    table = np.array([(*ref, amount, meta) for ref, amount, meta in rows], dtype=np.int64)
    columns = np.ascontiguousarray(table.reshape(-1, 4).T)
    return Side(columns[0], columns[1], columns[2], columns[3])


def reconcile(orders: Side, *, entries: Side, answers: Side, threads: int = 2) -> Reconciled:
    """Return what the three sides say of every reference that any of them has."""
    sides = (orders, entries, answers)
    parts = _parts(max(each.size for each in sides))
    if threads == 1:
        spread = [_spread(each, parts=parts) for each in sides]
        shares = [_matched(spread, parts=range(parts), shift=_bits(parts))]
    else:
        with ThreadPoolExecutor(threads) as pool:
            spread = list(pool.map(lambda each: _spread(each, parts=parts), sides))
            ranges = [range(share, parts, threads) for share in range(threads)]
            shift = _bits(parts)
            shares = list(pool.map(lambda own: _matched(spread, parts=own, shift=shift), ranges))
    found, counts = zip(*shares, strict=True)
    sums = np.sum(counts, axis=0).tolist()
    return Reconciled(dict(zip(Match, sums, strict=True)), np.concatenate(found))


@dataclass(frozen=True, slots=True)
class _Spread:
    """A side's rows by parts, and where each part begins."""

    rows: Int64
    starts: Int64

    def part(self, number: int) -> Int64:
        return self.rows[self.starts[number] : self.starts[number + 1]]


def _parts(rows: int) -> int:
    parts = 1
    while parts < _MOST_PARTS and parts * _ROWS_A_PART < rows:
        parts *= 2
    return parts


def _bits(parts: int) -> int:
    return parts.bit_length() - 1


def _spread(of: Side, *, parts: int) -> _Spread:
    counts = np.zeros(parts, dtype=np.int64)
    kernels.count_parts(of.high, of.low, counts)
    starts = np.zeros(parts + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    rows = np.empty((of.size, kernels.FIELDS), dtype=np.int64)
    kernels.spread(of.columns, starts[:-1].copy(), rows)
    return _Spread(rows, starts)


def _matched(spread: Sequence[_Spread], *, parts: range, shift: int) -> tuple[Int64, Int64]:
    """Return the findings of some parts, and how many references are of each class."""
    sizes = np.sum([each.starts[1:] - each.starts[:-1] for each in spread], axis=0)
    most = max(1, int(sizes.max(initial=0)))
    known = np.empty((most, kernels.KNOWN), dtype=np.int64)
    found = np.empty((most, kernels.FOUND), dtype=np.int64)
    table = np.zeros(1 << (2 * most - 1).bit_length(), dtype=np.int64)
    counts = np.zeros(kernels.CLASSES, dtype=np.int64)
    told = [np.empty((0, kernels.FOUND), dtype=np.int64)]
    for number in parts:
        table.fill(0)
        orders, entries, answers = (each.part(number) for each in spread)
        count = kernels.gather(orders, entries, answers, table, known, shift)
        rows = kernels.judge(known, count, found, counts)
        told.append(found[:rows].copy())
    return np.concatenate(told), counts


def _found(row: list[int]) -> Found:
    of_class, difference, differs, *rows = row
    finding = Finding(Match(of_class), difference if differs else None)
    order, entry, answer = (each if each >= 0 else None for each in rows)
    return Found(finding, order, entry, answer)
