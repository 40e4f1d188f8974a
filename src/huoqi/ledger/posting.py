"""From transfers to packed columns and back to results; no decision is made here."""

from collections.abc import Sequence
from typing import NamedTuple

from huoqi.ledger._arrays import (
    DateArray,
    Int2Array,
    Int4Array,
    Int8Array,
    TimestampArray,
    int_column,
    pack_ints,
    pack_optional_ints,
    pack_optional_uuids,
    pack_uuids,
)
from huoqi.ledger._wire import Posted, SubBatch
from huoqi.ledger.rules.counters import Counters, Movement, Pair, running_counters
from huoqi.ledger.rules.transfers import (
    SHARD_BITS,
    ResultCode,
    Transfer,
    TransferKind,
    days_since_2000,
    fingerprint,
    malformation,
    micros_since_2000,
    routable,
    runs,
    split_runs,
)

_CODES = {int(code): code for code in ResultCode}
_MOVES = {TransferKind.POST, TransferKind.POST_PENDING, TransferKind.REVERSE}
_NEW, _REPLAYED = False, True


class TransferResult(NamedTuple):
    """What became of one transfer, and its accounts' counters after it.

    ``batch`` and ``idx`` are its place in the journal, None if it was not stored. Counters are
    None for hot and unknown accounts, and for what a refused request did not name.
    """

    index: int  # type: ignore[assignment]  # the tuple's own index() is of no use here
    code: ResultCode
    replayed: bool
    shard: int | None
    batch: int | None
    idx: int | None
    debit_counters: Counters | None
    credit_counters: Counters | None


class Batch(NamedTuple):
    """One shard's items: where they stand in the whole, and their columns."""

    positions: Sequence[int]
    items: Sequence[Transfer]
    columns: SubBatch


def sub_batches(transfers: Sequence[Transfer]) -> list[Batch]:
    """Return one sub-batch a shard, ascending; items that name no shard are left out."""
    groups = {transfer.group for transfer in transfers}
    numbers: Sequence[int | None] | None = None
    split: frozenset[int] = frozenset()
    if groups != {None}:
        numbers = runs(transfers)
        split = split_runs(transfers, numbers=numbers)
    by_shard: dict[int, list[int]] = {}
    for position, transfer in enumerate(transfers):
        if routable(transfer):
            by_shard.setdefault(transfer.debit >> SHARD_BITS, []).append(position)
    batches = []
    for shard, positions in sorted(by_shard.items()):
        items = [transfers[p] for p in positions]
        run = None if numbers is None else [numbers[p] for p in positions]
        batches.append(Batch(positions, items, _columns(shard, items, run=run, split=split)))
    return batches


def _columns(
    shard: int,
    items: list[Transfer],
    *,
    run: list[int | None] | None,
    split: frozenset[int],
) -> SubBatch:
    bad = _malformed(items, run=run, split=split)
    if bad is not None:
        items = [
            item if code is None else _harmless(item) for item, code in zip(items, bad, strict=True)
        ]
    columns = list(zip(*items, strict=True))
    expiries = [None if at is None else micros_since_2000(at) for at in columns[10]]
    prints = [fingerprint(item) for item in items]
    if bad is not None:
        # Never equal to a stored one: what is malformed is not stored.
        prints = [p if code is None else -1 for p, code in zip(prints, bad, strict=True)]
    return SubBatch(
        shard=shard,
        ids=pack_uuids(columns[0]),
        kinds=pack_ints(Int2Array, columns[1], width=2),
        debits=pack_ints(Int8Array, columns[2], width=8),
        credits=pack_ints(Int8Array, columns[3], width=8),
        amounts=pack_ints(Int8Array, columns[4], width=8),
        assets=pack_ints(Int2Array, columns[5], width=2),
        codes=pack_ints(Int4Array, columns[6], width=4),
        dates=pack_ints(DateArray, [days_since_2000(on) for on in columns[8]], width=4),
        fingerprints=pack_ints(Int8Array, prints, width=8),
        refs=pack_optional_uuids(columns[7]),
        groups=pack_optional_uuids(columns[9]),
        runs=None if run is None else pack_optional_ints(Int4Array, run, width=4),
        expiries=pack_optional_ints(TimestampArray, expiries, width=8),
        malformed=None if bad is None else pack_optional_ints(Int2Array, bad, width=2),
    )


def _malformed(
    items: Sequence[Transfer], *, run: Sequence[int | None] | None, split: frozenset[int]
) -> list[ResultCode | None] | None:
    codes = [malformation(item) for item in items]
    if run is not None:
        codes = [
            ResultCode.BAD_GROUP if code is None and number in split else code
            for code, number in zip(codes, run, strict=True)
        ]
    return codes if any(code is not None for code in codes) else None


def _harmless(item: Transfer) -> Transfer:
    # What the columns cannot carry; the item is only looked up by its id.
    return Transfer(
        item.id,
        TransferKind.POST,
        item.debit >> SHARD_BITS << SHARD_BITS,
        0,
        0,
        0,
        0,
        None,
        item.effective_on,
        item.group,
        None,
    )


def codes_of(
    transfers: Sequence[Transfer], *, batches: Sequence[Batch], posted: Sequence[Posted]
) -> list[ResultCode]:
    """Return one code a transfer, in order: what most callers want, at a tenth of the results."""
    is_plain = all(not answer.status and answer.codes is None for answer in posted)
    if is_plain and sum(len(batch.items) for batch in batches) == len(transfers):
        return [ResultCode.OK] * len(transfers)
    return [result.code for result in results_of(transfers, batches=batches, posted=posted)]


def results_of(
    transfers: Sequence[Transfer], *, batches: Sequence[Batch], posted: Sequence[Posted]
) -> list[TransferResult]:
    """Return one result a transfer, in the order of the whole batch."""
    if len(batches) == 1 and len(batches[0].items) == len(transfers):
        return _results(batches[0], posted[0])
    found: dict[int, TransferResult] = {}
    for batch, answer in zip(batches, posted, strict=True):
        found.update((result.index, result) for result in _results(batch, answer))
    return [found.get(i) or _unroutable(i) for i in range(len(transfers))]


def _unroutable(index: int) -> TransferResult:
    return TransferResult(index, ResultCode.AMOUNT_RANGE, _NEW, None, None, None, None, None)


def _results(batch: Batch, posted: Posted) -> list[TransferResult]:
    shard, positions = batch.columns.shard, batch.positions
    if posted.status:
        code = _CODES[posted.status]
        return [TransferResult(p, code, _NEW, shard, None, None, None, None) for p in positions]
    count = len(positions)
    codes = [0] * count if posted.codes is None else int_column(posted.codes, width=2).tolist()
    replays = posted.replays()
    movements = _movements(batch.items, codes=codes, posted=posted)
    pairs = running_counters(movements, at_end=posted.counters())
    return [
        _result(position, i, number, posted=posted, pair=pair, first=replays.get(i), shard=shard)
        for i, (position, number, pair) in enumerate(zip(positions, codes, pairs, strict=True))
    ]


def _result(  # noqa: PLR0913 - called once an item, so nothing is packed for it
    position: int,
    i: int,
    number: int,
    *,
    posted: Posted,
    pair: Pair,
    first: tuple[int, int, int] | None,
    shard: int,
) -> TransferResult:
    if number == 0:
        return TransferResult(position, ResultCode.OK, _NEW, shard, posted.seq, i, *pair)
    if first is not None:
        return TransferResult(
            position, _CODES[first[0]], _REPLAYED, shard, first[1], first[2], *pair
        )
    code = _CODES[number]
    if code.stored:
        return TransferResult(position, code, _NEW, shard, posted.seq, i, *pair)
    return TransferResult(position, code, _NEW, shard, None, None, None, None)


def _movements(
    items: Sequence[Transfer], *, codes: Sequence[int], posted: Posted
) -> list[Movement]:
    if posted.debits is None:
        return [
            Movement(t.debit, t.credit, 0, 0)
            if code
            else Movement(t.debit, t.credit, t.amount, 0)
            if t.kind == TransferKind.POST
            else Movement(t.debit, t.credit, 0, t.amount)
            for t, code in zip(items, codes, strict=True)
        ]
    debits = int_column(posted.debits, width=8).tolist()
    credits_ = int_column(posted.credits, width=8).tolist()
    amounts = int_column(posted.amounts, width=8).tolist()
    released = posted.releases()
    movements = []
    for i, item in enumerate(items):
        moved = amounts[i] if item.kind in _MOVES else 0
        held = amounts[i] if item.kind == TransferKind.PENDING else -released.get(i, 0)
        if codes[i]:
            moved = held = 0
        movements.append(Movement(debits[i], credits_[i], moved, held))
    return movements
