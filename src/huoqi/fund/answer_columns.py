"""A register's answers as columns, and the orders that wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from huoqi.kit.id_columns import IdColumn

Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Answers to orders, one a row; ``days`` counts from 2000-01-01."""

    order_ids: IdColumn
    customers: Int64
    is_ok: Bool
    units_e2: Int64
    amounts_fen: Int64
    days: Int64
    return_codes: npt.NDArray[np.bytes_]
    deferred_e2: Int64
    incomes_fen: Int64

    def __len__(self) -> int:
        return len(self.customers)

    def chosen(self, places: Int64 | Bool | slice) -> "AnswerColumns":
        """Return some of the rows, in the order given."""
        return AnswerColumns(*(getattr(self, each.name)[places] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class SentColumns:
    """Orders that wait for the register's answer; days count from 2000-01-01.

    ``asked`` is what a purchase pays in fen, or what of a redemption is left in 0.01 units;
    ``is_plain`` marks purchases that a customer made.
    """

    shards: Int64
    order_ids: IdColumn
    customers: Int64
    asked: Int64
    t_days: Int64
    is_purchase: Bool
    is_plain: Bool

    def __len__(self) -> int:
        return len(self.customers)


def places_of(wanted: IdColumn, known: IdColumn) -> Int64:
    """Return where each id stands among the known ones, -1 where it does not."""
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    high, low = halves(known)
    order = np.argsort(low)
    wanted_high, wanted_low = halves(wanted)
    found = order[np.minimum(np.searchsorted(low[order], wanted_low), len(known) - 1)]
    is_same = (low[found] == wanted_low) & (high[found] == wanted_high)
    places: Int64 = np.where(is_same, found, -1)
    return places


def halves(ids: IdColumn) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Return the first and the last eight bytes of ids as numbers."""
    numbers = np.ascontiguousarray(ids).view(">u8").reshape(-1, 2).astype(np.uint64)
    return numbers[:, 0], numbers[:, 1]


def joined(parts: Sequence[AnswerColumns]) -> AnswerColumns:
    """Return the rows of several columns, one after the other."""
    names = [each.name for each in fields(AnswerColumns)]
    return AnswerColumns(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))
