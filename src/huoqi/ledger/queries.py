"""What can be asked of the book. Nothing here writes or locks."""

from collections.abc import Sequence

from huoqi.kit.db import Work
from huoqi.ledger import _store
from huoqi.ledger.rules.counters import Counters


def shards(work: Work) -> list[int]:
    """Return the shards that are set up, ascending."""
    return [row[0] for row in work.rows(_store.SHARDS)]


def balances(work: Work, ids: Sequence[int]) -> dict[int, Counters]:
    """Return the counters of accounts, hot ones with what is not yet folded; unknown ones lack."""
    return {
        row[0]: Counters(*(int(n) for n in row[5:9]))
        for row in work.rows(_store.ACCOUNTS, (list(ids),))
    }


def chain_heads(work: Work) -> list[tuple[int, bytes]]:
    """Return the head of every shard's hash chain, by shard."""
    return [(row[0], row[1]) for row in work.rows(_store.CHAIN_HEADS)]


def asset_totals(work: Work) -> dict[int, Counters]:
    """Return by asset the sums of all accounts' counters; debits equal credits in a sound book."""
    return {
        row[0]: Counters(*(int(n) for n in row[1:5])) for row in work.rows(_store.ASSET_TOTALS)
    }
