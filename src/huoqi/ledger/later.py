"""Postings of a unit of work: those that wait for its end, and what all of them told.

Whoever posts holds the shard until the commit. What cannot be refused need not be posted before
the statements that follow it, so it is kept, and goes out in one round trip as the last thing but
the events, so that a shard is locked but briefly. Each call stays a batch of its own: the journal
is that of posting at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

from huoqi.kit.db import Stage, Work
from huoqi.ledger import _store
from huoqi.ledger._wire import Posted, SubBatch
from huoqi.ledger.posting import Batch, codes_of, sub_batches
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import ResultCode, Transfer

_WAITING = "ledger.waiting"
_POSTED = "ledger.posted"


class _Call(NamedTuple):
    """What one call left to be posted."""

    transfers: Sequence[Transfer]
    batches: list[Batch]


def post_later(work: Work, transfers: Sequence[Transfer]) -> None:
    """Post a batch that cannot be refused at the end of this unit of work.

    Other postings of the unit, and whoever asks for balances in it, find it done: then it is
    posted before them. A refusal is a mistake of the caller's.
    """
    if transfers:
        call = _Call(transfers, sub_batches(transfers))
        work.before_commit(_WAITING, _post_waiting, stage=Stage.POST).append(call)


def post_now(work: Work, columns: Sequence[SubBatch], *, epoch: int | None) -> list[Posted]:
    """Post sub-batches and return what became of each; their counters stay known to the unit."""
    posted = _store.post(work, columns, epoch=epoch) if columns else []
    work.buffer(_POSTED).extend(posted)
    return posted


def told(work: Work) -> dict[int, Counters]:
    """Return the counters of accounts that this unit's postings touched, hot ones left out.

    They hold until its end, for the unit keeps the shards locked.
    """
    found: dict[int, Counters] = {}
    for posted in work.buffer(_POSTED):
        assert isinstance(posted, Posted)
        found |= posted.counters()
    return found


def forget(work: Work) -> None:
    """Drop what postings told, before one that does not tell."""
    work.buffer(_POSTED).clear()


def settled(work: Work) -> Work:
    """Return the unit of work after posting what waits in it."""
    work.settle(_WAITING)
    return work


def _post_waiting(work: Work) -> None:
    buffer = work.buffer(_WAITING)
    calls = [call for call in buffer if isinstance(call, _Call)]
    buffer.clear()
    # Shards ascending, as everybody locks them; on a shard the calls keep their order.
    order = sorted(
        (batch.columns.shard, place, nth)
        for place, call in enumerate(calls)
        for nth, batch in enumerate(call.batches)
    )
    columns = [calls[place].batches[nth].columns for _, place, nth in order]
    posted = post_now(work, columns, epoch=None)
    answers = {key[1:]: answer for key, answer in zip(order, posted, strict=True)}
    for place, call in enumerate(calls):
        ours = [answers[place, nth] for nth in range(len(call.batches))]
        codes = codes_of(call.transfers, batches=call.batches, posted=ours)
        for transfer, code in zip(call.transfers, codes, strict=True):
            assert code is ResultCode.OK, f"{transfer.kind.name} {transfer.code}: {code.name}"
