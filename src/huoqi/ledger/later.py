"""Postings that wait for the end of their unit of work, so that a shard is locked but briefly.

Whoever posts holds the shard until the commit. What cannot be refused need not be posted before
the statements that follow it, so it is kept, and goes out in one round trip as the last thing but
the events. Each call stays a batch of its own: the journal is that of posting at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

from huoqi.kit.db import Work
from huoqi.ledger import _store
from huoqi.ledger.posting import Batch, results_of, sub_batches
from huoqi.ledger.rules.transfers import ResultCode, Transfer

_WAITING = "ledger.waiting"


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
        work.before_commit(_WAITING, _post_waiting).append(call)


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
    posted = _store.post(work, columns, epoch=None) if columns else []
    answers = {key[1:]: answer for key, answer in zip(order, posted, strict=True)}
    for place, call in enumerate(calls):
        ours = [answers[place, nth] for nth in range(len(call.batches))]
        for transfer, result in zip(
            call.transfers,
            results_of(call.transfers, batches=call.batches, posted=ours),
            strict=True,
        ):
            name = transfer.kind.name
            assert result.code == ResultCode.OK, f"{name} {transfer.code}: {result.code.name}"
