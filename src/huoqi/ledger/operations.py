"""What can be done with the book: post transfers, open, freeze and close accounts, fold, sweep."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import ClassVar, NamedTuple

from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.ledger import _store, bulk
from huoqi.ledger.bulk import ColumnResults, TransferColumns
from huoqi.ledger.later import forget, post_now, settled
from huoqi.ledger.later import post_later as post_later
from huoqi.ledger.posting import TransferResult, codes_of, results_of, sub_batches
from huoqi.ledger.rules.chart import AccountFlag, AccountKind
from huoqi.ledger.rules.transfers import (
    SHARD_BITS,
    ResultCode,
    Transfer,
    expire,
    shard_of_account,
)

_SWEEP_LIMIT = 8_000


class AccountDiffers(DomainError):
    """The account number is taken by an account of another asset, kind or flags."""

    code: ClassVar[str] = "ledger.account_differs"


class AccountUnknown(DomainError):
    """There is no such account."""

    code: ClassVar[str] = "ledger.account_unknown"


class AccountNotEmpty(DomainError):
    """The account has a balance or an open hold, so it cannot be closed."""

    code: ClassVar[str] = "ledger.account_not_empty"


class NewAccount(NamedTuple):
    """An account to open; its shard is in its number."""

    id: int
    kind: AccountKind
    asset: int
    flags: AccountFlag


class Account(NamedTuple):
    """An account as it stands."""

    id: int
    kind: AccountKind
    asset: int
    flags: AccountFlag


def set_up_shards(work: Work, *, count: int) -> list[int]:
    """Return the shards there are, after adding the missing ones of 0 .. count - 1."""
    work.run(_store.NEW_SHARDS, (count,))
    return [row[0] for row in work.rows(_store.SHARDS)]


def add_asset(work: Work, *, asset: int, code: str, scale: int) -> None:
    """Make an asset known, such as a fund's units; one that is known stays as it is."""
    work.run(_store.ADD_ASSET, (asset, code, scale))


def post_transfers(
    work: Work, transfers: Sequence[Transfer], *, epoch: int | None = None
) -> list[TransferResult]:
    """Post a batch; one result a transfer, in order, as if posted one after the other.

    A repeated id gives its first answer again, marked ``replayed``. A refusal is a result, not
    an exception, and final for its id. Each shard touched stays locked until the commit, so post
    late in a unit of work; several shards are taken in ascending order. Deadlock and
    serialisation failure (RETRY) come as psycopg's errors: ``Database.run`` tries again.
    """
    batches = sub_batches(transfers)
    posted = post_now(settled(work), [batch.columns for batch in batches], epoch=epoch)
    return results_of(transfers, batches=batches, posted=posted)


def post_for_codes(work: Work, transfers: Sequence[Transfer]) -> list[ResultCode]:
    """Post a batch as ``post_transfers`` does and return the codes alone."""
    batches = sub_batches(transfers)
    posted = post_now(settled(work), [batch.columns for batch in batches], epoch=None)
    return codes_of(transfers, batches=batches, posted=posted)


def post_columns(
    work: Work, columns: TransferColumns, *, epoch: int | None = None
) -> ColumnResults:
    """Post one shard's batch given as columns; the same posting as ``post_transfers``."""
    forget(settled(work))
    posted = _store.post(work, [bulk.sub_batch(columns)], epoch=epoch)
    return bulk.results(columns, posted[0])


def open_accounts(
    work: Work, accounts: Sequence[NewAccount]
) -> list[Account | AccountDiffers | AccountUnknown]:
    """Open accounts; one that exists alike is given back, so that repeating is harmless.

    Errors: AccountDiffers; AccountUnknown where shard, asset or kind does not exist.
    """
    work.run(
        _store.OPEN,
        (
            [a.id for a in accounts],
            [a.asset for a in accounts],
            [int(a.kind) for a in accounts],
            [int(a.flags) for a in accounts],
        ),
    )
    stored = _accounts(work, [a.id for a in accounts])
    return [_opened(new, stored.get(new.id)) for new in accounts]


def _opened(new: NewAccount, stored: Account | None) -> Account | AccountDiffers | AccountUnknown:
    if stored is None:
        return AccountUnknown()
    lasting = AccountFlag.NO_DEBIT_OVERDRAFT | AccountFlag.NO_CREDIT_OVERDRAFT | AccountFlag.HOT
    same = (new.kind, new.asset, new.flags & lasting) == (
        stored.kind,
        stored.asset,
        stored.flags & lasting,
    )
    return stored if same else AccountDiffers()


def freeze_accounts(work: Work, ids: Sequence[int]) -> list[Account | AccountUnknown]:
    """Stop debits of accounts; credits and the outcome of earlier holds still go through."""
    return _flagged(work, ids, lambda flags: flags | AccountFlag.FROZEN)


def unfreeze_accounts(work: Work, ids: Sequence[int]) -> list[Account | AccountUnknown]:
    """Let debits of accounts through again."""
    return _flagged(work, ids, lambda flags: flags & ~AccountFlag.FROZEN)


def close_accounts(
    work: Work, ids: Sequence[int]
) -> list[Account | AccountUnknown | AccountNotEmpty]:
    """Close accounts for ever. Errors: AccountUnknown, AccountNotEmpty."""
    _lock(work, ids)
    empty = [
        row[0]
        for row in work.rows(_store.ACCOUNTS, (list(ids),))
        if row[5] == row[7] == 0 and row[6] == row[8]
    ]
    _flagged(work, empty, lambda flags: flags | AccountFlag.CLOSED)
    stored = _accounts(work, ids)
    return [
        AccountUnknown()
        if id not in stored
        else stored[id]
        if id in set(empty)
        else AccountNotEmpty()
        for id in ids  # noqa: A001
    ]


def _flagged(
    work: Work, ids: Sequence[int], change: Callable[[AccountFlag], AccountFlag]
) -> list[Account | AccountUnknown]:
    _lock(work, ids)
    before = _accounts(work, ids)
    after = {id_: account._replace(flags=change(account.flags)) for id_, account in before.items()}
    work.run(_store.SET_FLAGS, (list(after), [int(a.flags) for a in after.values()]))
    return [after.get(id_, AccountUnknown()) for id_ in ids]


def _lock(work: Work, ids: Sequence[int]) -> None:
    settled(work).rows(_store.LOCK_SHARDS, (sorted({shard_of_account(id_) for id_ in ids}),))


def _accounts(work: Work, ids: Sequence[int]) -> dict[int, Account]:
    return {
        row[0]: Account(row[0], AccountKind(row[2]), row[1], AccountFlag(row[3]))
        for row in work.rows(_store.ACCOUNTS, (list(ids),))
    }


def fold_hot_deltas(work: Work) -> int:
    """Add the deltas of hot accounts into their counters; return how many accounts changed.

    Balances read the same before and after; it only keeps the read short.
    """
    changed = 0
    for (shard,) in work.rows(_store.SHARDS):
        _lock(work, [shard << SHARD_BITS])
        changed += work.run(_store.FOLD, (shard, shard))
    return changed


def expire_pending(work: Work, *, limit: int = _SWEEP_LIMIT) -> list[TransferResult]:
    """Write the voids of holds that have expired; the same hold is never voided twice.

    No check waits for this: an expired hold counts for nothing from its instant on.
    """
    results: list[TransferResult] = []
    on = shanghai_date(work.at)
    for (shard,) in work.rows(_store.SHARDS):
        _lock(work, [shard << SHARD_BITS])
        holds = [row[0] for row in work.rows(_store.EXPIRED, (work.at, shard, limit))]
        results += post_transfers(work, [expire(h, shard=shard, effective_on=on) for h in holds])
        if len(holds) < limit:
            work.run(_store.SWEPT, {"at": work.at, "shard": shard})
    return results


def take_snapshot(work: Work, *, on: date) -> int:
    """Keep the counters of a business date; return how many accounts changed since the last one.

    As-of queries start from the latest snapshot. Only a date after the last snapshot is taken;
    rows that come later with an earlier date are added when asked, never written back.
    """
    settled(work).rows(_store.LOCK_SHARDS, ([row[0] for row in work.rows(_store.SHARDS)],))
    return work.run(_store.TAKE_SNAPSHOT, {"on": on})


def index_history(work: Work, *, shard: int, batches: int = 1_000) -> int:
    """Add closed batches to the account history's index; return how many were added."""
    row = settled(work).row(_store.INDEX_HISTORY, {"shard": shard, "most": batches})
    added: int = 0 if row is None else row[0]
    return added


def fence(work: Work, *, shard: int) -> int:
    """Return a shard's next epoch; writers that name an earlier one are refused from now on."""
    row = work.row(_store.FENCE, (shard,))
    assert row is not None, "no such shard"
    epoch: int = row[0]
    return epoch
