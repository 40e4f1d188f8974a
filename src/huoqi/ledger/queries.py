"""What can be asked of the book. Nothing here writes or locks, but see ledger/later.py."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from huoqi.kit.db import Row, Work
from huoqi.ledger import _store
from huoqi.ledger.later import settled, told
from huoqi.ledger.rules.chain import (
    AssetSums,
    JournalRow,
    Link,
    LinkRow,
    Stretch,
    add_to_sums,
    genesis,
    items_digest,
    link_fault,
)
from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import SHARD_BITS, TransferKind, shard_of_account

_BATCHES_AT_ONCE = 32
_FIRST = (2**62, 0)


class TrialBalanceLine(NamedTuple):
    """All accounts of a kind and asset together."""

    asset: int
    kind: str
    accounts: int
    counters: Counters


class HistoryEntry(NamedTuple):
    """A transfer that touched an account, newest first."""

    batch: int
    idx: int
    id: UUID
    kind: TransferKind
    code: int
    debit: int
    credit: int
    amount: int
    effective_on: date
    at: datetime


class AccountKindRow(NamedTuple):
    """A kind of account: its code, its Chinese name, its normal side, and who owns such."""

    kind: int
    code: str
    name_zh: str
    normal_side: str
    owner: str


class ListedAccount(NamedTuple):
    """An account's number with its asset and kind."""

    id: int
    asset: int
    kind: int


class TransferRow(NamedTuple):
    """A transfer as the journal has it.

    ``hold_status`` is there for a hold: 0 open, 1 posted, 2 voided, 3 expired.
    """

    shard: int
    id: UUID
    kind: TransferKind
    debit: int
    credit: int
    amount: int
    asset: int
    code: int
    ref_id: UUID | None
    group: UUID | None
    effective_on: date
    result: int
    batch: int
    idx: int
    at: datetime
    batch_hash: bytes
    hold_status: int | None


@dataclass(frozen=True, slots=True)
class ShardChain:
    """What the check of one shard's chain found; ``first_broken`` is a batch number."""

    shard: int
    batches: int
    transfers: int
    head: str
    first_broken: int | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What the check of the chains found."""

    shards: tuple[ShardChain, ...]

    @property
    def sound(self) -> bool:
        """Return whether every link of every shard is as it was written."""
        return all(shard.first_broken is None for shard in self.shards)


class Finding(NamedTuple):
    """An invariant that does not hold, and where."""

    invariant: str
    shard: int | None
    where: str


def shards(work: Work) -> list[int]:
    """Return the shards that are set up, ascending."""
    return [row[0] for row in work.rows(_store.SHARDS)]


def assets(work: Work) -> dict[int, tuple[str, int]]:
    """Return code and number of decimals of every asset."""
    return {row[0]: (row[1], row[2]) for row in work.rows(_store.ASSETS)}


def balances(work: Work, ids: Sequence[int]) -> dict[int, Counters]:
    """Return the counters of accounts, hot ones with what is not yet folded; unknown ones lack.

    What the unit's own postings told of all of them is not asked again.
    """
    known = told(settled(work))
    if known.keys() >= set(ids):
        return {id_: known[id_] for id_ in ids}
    return {
        row[0]: Counters(*(int(n) for n in row[5:9]))
        for row in work.rows(_store.ACCOUNTS, (list(ids),))
    }


def chain_heads(work: Work) -> list[tuple[int, bytes]]:
    """Return the head of every shard's hash chain, by shard."""
    return [(row[0], row[1]) for row in settled(work).rows(_store.CHAIN_HEADS)]


def asset_totals(work: Work) -> dict[int, Counters]:
    """Return by asset the sums of all accounts' counters; debits equal credits in a sound book."""
    return {
        row[0]: Counters(*(int(n) for n in row[1:5]))
        for row in settled(work).rows(_store.ASSET_TOTALS)
    }


def balances_as_of(work: Work, ids: Sequence[int], *, on: date) -> dict[int, Counters]:
    """Return the counters of accounts at the end of a business date, all late rows included.

    It starts from the latest snapshot up to that date; accounts without rows lack.
    """
    of_shards: dict[int, list[int]] = {}
    for id_ in ids:
        of_shards.setdefault(shard_of_account(id_), []).append(id_)
    bases = {row[0]: row for row in settled(work).rows(_store.PAST_BASE, {"on": on})}
    work.run("SET LOCAL plan_cache_mode = force_custom_plan")  # the ranges decide the way
    work.run("SET LOCAL max_parallel_workers_per_gather = 0")  # starting them costs more
    found: dict[int, Counters] = {}
    for shard in sorted(of_shards.keys() & bases.keys()):
        _, base_on, seq, last = bases[shard]
        params: dict[str, object] = {"shard": shard, "ids": of_shards[shard], "on": on}
        params |= {"base_on": base_on, "seq": seq, "last": last}
        found |= _counters(work.rows(_store.BALANCES_AS_OF, params))
    return found


def balances_after_batch(
    work: Work, ids: Sequence[int], *, shard: int, seq: int
) -> dict[int, Counters]:
    """Return the counters of one shard's accounts as they were when a batch was posted."""
    assert all(shard_of_account(id_) == shard for id_ in ids)
    params = {"shard": shard, "seq": seq, "ids": list(ids)}
    return _counters(settled(work).rows(_store.BALANCES_AFTER_BATCH, params))


def _counters(rows: Sequence[Row]) -> dict[int, Counters]:
    return {row[0]: Counters(*(int(n) for n in row[1:5])) for row in rows}


def trial_balance(work: Work, *, as_of: date | None = None) -> list[TrialBalanceLine]:
    """Return the sums by asset and kind of account, now or at the end of a business date."""
    if as_of is None:
        rows = settled(work).rows(_store.TRIAL_BALANCE)
    else:
        rows = settled(work).rows(_store.TRIAL_BALANCE_AS_OF, {"on": as_of})
    return [
        TrialBalanceLine(row[0], row[1], row[2], Counters(*(int(n) for n in row[3:7])))
        for row in rows
    ]


def history(
    work: Work,
    account: int,
    *,
    before: tuple[int, int] | None = None,
    until: date | None = None,
    limit: int = 50,
) -> list[HistoryEntry]:
    """Return an account's transfers, newest first, before a place (batch, idx) if one is given.

    With ``until`` those dated up to the end of that day.
    """
    batch, idx = before or _FIRST
    params: dict[str, object] = {"account": account, "shard": account >> SHARD_BITS}
    params |= {"batch": batch, "idx": idx, "limit": limit}
    if until is None:
        rows = work.rows(_store.HISTORY, params)
    else:
        rows = work.rows(_store.HISTORY_UNTIL, params | {"until": until})
    return [HistoryEntry(*row)._replace(kind=TransferKind(row[3])) for row in rows]


def account_kinds(work: Work) -> list[AccountKindRow]:
    """Return the chart of accounts."""
    return [AccountKindRow(*row) for row in work.rows(_store.KINDS)]


def accounts_listed(
    work: Work,
    *,
    kind: str | None = None,
    asset: int | None = None,
    after: ListedAccount | None = None,
    limit: int = 50,
) -> list[ListedAccount]:
    """Return accounts by kind, asset and number, of one kind or asset if that is given."""
    last = after or ListedAccount(-1, 0, 0)
    params: dict[str, object] = {"kind": last.kind, "asset": last.asset, "id": last.id}
    params |= {"shard": last.id >> SHARD_BITS if after else -1, "limit": limit}
    rows = work.rows(_store.ACCOUNT_PAGE, params | {"only_kind": kind, "only_asset": asset})
    return [ListedAccount(*row) for row in rows]


def accounts_of_ids(work: Work, ids: Sequence[int]) -> list[ListedAccount]:
    """Return the accounts of some numbers, in their order; unknown ones lack."""
    rows = {row[0]: row for row in work.rows(_store.ACCOUNTS, (list(ids),))}
    return [ListedAccount(id_, rows[id_][1], rows[id_][2]) for id_ in ids if id_ in rows]


def frozen_accounts(work: Work, ids: Sequence[int]) -> set[int]:
    """Return those of some accounts whose debits are stopped."""
    rows = work.rows(_store.ACCOUNTS, (list(ids),))
    return {row[0] for row in rows if AccountFlag(row[3]) & AccountFlag.FROZEN}


def transfers_of_ids(
    work: Work, ids: Sequence[UUID], *, on_shards: Sequence[int]
) -> list[TransferRow]:
    """Return transfers of which only the id is known, in the order of the journal."""
    if not ids:
        return []
    rows = work.rows(_store.TRANSFERS, {"shards": list(on_shards), "ids": list(ids)})
    return [TransferRow(*row)._replace(kind=TransferKind(row[2])) for row in rows]


def verify_chain(work: Work, *, shard: int | None = None) -> ChainReport:
    """Recompute every hash from the journal and return the first broken batch of each shard.

    Independent of the posting function: rows are read back and hashed here.
    """
    wanted = shards(work) if shard is None else [shard]
    return ChainReport(
        tuple(_check_shard(work, *row) for row in settled(work).rows(_store.HEADS, (wanted,)))
    )


def _check_shard(work: Work, shard: int, seq: int, head: bytes) -> ShardChain:
    transfers, last = 0, Link(0, None, 0, {}, b"", genesis(shard))
    for link, rows in _links(work, shard, after=0, upto=seq):
        count, items, sums = _contents(rows)
        fault = link_fault(link, before=last, count=count, sums=sums, items=items)
        if fault is not None:
            return ShardChain(shard, last.seq, transfers, head.hex(), last.seq + 1, fault)
        transfers += count
        last = link
    fault = None
    if (last.seq, last.hash) != (seq, head):
        fault = "the chain ends before its head"
    stray = settled(work).row(_store.STRAY_ROWS, (shard,))
    if fault is None and stray is not None and stray[0] is not None:
        return ShardChain(shard, seq, transfers, head.hex(), stray[0], "rows without a batch")
    broken = None if fault is None else last.seq + 1
    return ShardChain(shard, last.seq, transfers, head.hex(), broken, fault)


def stretch_of(
    work: Work, shard: int, *, since: datetime, until: datetime, beyond: datetime
) -> Stretch:
    """Return where a shard's batches from one instant until another lie, and up to a third."""
    params = {"shard": shard, "since": since, "until": until, "beyond": beyond}
    row = settled(work).row(_store.STRETCH, params)
    assert row is not None, "an aggregate has a row"
    first, last, after = row
    found = settled(work).rows(_store.BATCHES, (shard, first - 1, first))
    start = found[0][5] if found else genesis(shard)
    return Stretch(shard, first, max(first, last), max(first, last, after), start)


def links_of(work: Work, stretch: Stretch) -> Iterator[tuple[Link, list[LinkRow]]]:
    """Yield the links of a stretch to its far end, each with its rows, to be checked elsewhere."""
    span = {"after": stretch.first_seq, "upto": stretch.beyond_seq}
    for link, rows in _links(work, stretch.shard, **span):
        yield link, [LinkRow(JournalRow(*row[1:14]), row[14]) for row in rows]


def _links(work: Work, shard: int, *, after: int, upto: int) -> Iterator[tuple[Link, list[Row]]]:
    for since in range(after, upto, _BATCHES_AT_ONCE):
        span = (shard, since, min(since + _BATCHES_AT_ONCE, upto))
        rows = settled(work).rows(_store.JOURNAL, span)
        by_batch = {batch: list(part) for batch, part in groupby(rows, key=lambda row: row[0])}
        for seq, at, count, sums, prev_hash, hash_ in settled(work).rows(_store.BATCHES, span):
            stored = {int(asset): AssetSums(*pair) for asset, pair in sums.items()}
            yield Link(seq, at, count, stored, prev_hash, hash_), by_batch.get(seq, [])


def _contents(rows: list[Row]) -> tuple[int, bytes, Mapping[int, AssetSums]]:
    items = [JournalRow(*row[1:14]) for row in rows]
    sums: dict[int, AssetSums] = {}
    for item, row in zip(items, rows, strict=True):
        add_to_sums(sums, item, released=row[14])
    count, digest = items_digest(items)
    return count, digest, sums


def check_invariants(work: Work) -> list[Finding]:
    """Return every invariant that does not hold: I1, I2, I4, I5, I6, I9 and I10.

    Reads the whole book; an empty list is a sound book.
    """
    findings = [
        Finding("I1 debits equal credits", None, f"asset {asset}")
        for asset, total in asset_totals(work).items()
        if total[:2] != total[2:]
    ]
    for name, statement in (
        ("I2 limits hold", _store.OVERDRAWN),
        ("I6, I10 resolved once", _store.RESOLVED_TWICE),
    ):
        for shard in shards(work):
            findings += [
                Finding(name, shard, str(row[0])) for row in work.rows(statement, (shard,))
            ]
    for shard in shards(work):
        findings += [
            Finding("I5 counters are the journal's sum", shard, str(row[0]))
            for row in settled(work).rows(_store.DRIFTED, {"shard": shard})
        ]
    findings += [
        Finding("I4, I9 chain verifies", chain.shard, f"batch {chain.first_broken}: {chain.fault}")
        for chain in verify_chain(work).shards
        if chain.first_broken is not None
    ]
    return findings
