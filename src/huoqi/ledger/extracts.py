"""A stretch of the hash chains, to be checked elsewhere: links with their rows, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from huoqi.kit.db import Work
from huoqi.ledger import _store
from huoqi.ledger.later import settled
from huoqi.ledger.rules.chain import AssetSums, JournalRow, Link, genesis

_BATCHES_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a period begins and ends in a shard's chain, as batch numbers; 0 is before the first.

    ``first_seq`` is the last batch before the period, ``last_seq`` its last one, ``beyond_seq`` the
    last one up to a later instant. ``start`` is the hash that the period's first batch follows.
    """

    shard: int
    first_seq: int
    last_seq: int
    beyond_seq: int
    start: bytes


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row of a batch, and what its hold set free."""

    row: JournalRow
    released: int


def stretch_of(
    work: Work, shard: int, *, since: datetime, until: datetime, beyond: datetime
) -> Stretch:
    """Return where a shard's batches from one instant until another lie, and until a third."""
    params = {"shard": shard, "since": since, "until": until, "beyond": beyond}
    row = settled(work).row(_store.STRETCH, params)
    assert row is not None, "an aggregate has a row"
    first, last, after = row
    found = settled(work).rows(_store.BATCHES, (shard, first - 1, first))
    start = found[0][5] if found else genesis(shard)
    return Stretch(shard, first, max(first, last), max(first, last, after), start)


def links_of(work: Work, stretch: Stretch) -> Iterator[tuple[Link, list[LinkRow]]]:
    """Yield the links of a stretch to its far end, each with its rows."""
    for since in range(stretch.first_seq, stretch.beyond_seq, _BATCHES_AT_ONCE):
        span = (stretch.shard, since, min(since + _BATCHES_AT_ONCE, stretch.beyond_seq))
        rows = settled(work).rows(_store.JOURNAL, span)
        by_batch = {batch: list(part) for batch, part in groupby(rows, key=lambda row: row[0])}
        for seq, at, count, sums, prev_hash, hash_ in settled(work).rows(_store.BATCHES, span):
            stored = {int(asset): AssetSums(*pair) for asset, pair in sums.items()}
            mine = [LinkRow(JournalRow(*row[1:14]), row[14]) for row in by_batch.get(seq, [])]
            yield Link(seq, at, count, stored, prev_hash, hash_), mine
