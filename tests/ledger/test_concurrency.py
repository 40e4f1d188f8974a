"""Many writers at once: what others got wrong (ledger.md section 8), each a test here."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database
from huoqi.kit.ids import RandomIds
from huoqi.ledger import queries
from huoqi.ledger.operations import (
    Account,
    AccountDiffers,
    AccountNotEmpty,
    AccountUnknown,
    NewAccount,
    close_accounts,
    expire_pending,
    fence,
    fold_hot_deltas,
    freeze_accounts,
    open_accounts,
    post_transfers,
    set_up_shards,
    unfreeze_accounts,
)
from huoqi.ledger.posting import TransferResult
from huoqi.ledger.rules.chart import AccountFlag, AccountKind
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import (
    ResultCode,
    Transfer,
    TransferKind,
    hold,
    post,
    reverse,
    void,
)
from tests.ledger.harness import ABOUT

_AT = datetime(2015, 5, 11, 1, tzinfo=UTC)
_BANK, _ALICE, _BOB, _CLEARING = 1, 2, 3, 4
_FAR = 1 << 48
_IDS = RandomIds()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(_AT)


@pytest.fixture
def database(dsn: str, clock: ManualClock) -> Iterator[Database]:
    database = Database(dsn, clock=clock, size=16)
    limited, hot = AccountFlag.NO_DEBIT_OVERDRAFT, AccountFlag.HOT
    flags = {_BANK: AccountFlag(0), _ALICE: limited, _BOB: limited, _CLEARING: hot}
    with database.work() as work:
        set_up_shards(work, count=2)
        for place in (0, _FAR):
            open_accounts(
                work,
                [NewAccount(place + n, AccountKind.SUSPENSE, 1, f) for n, f in flags.items()],
            )
    yield database
    with database.work() as work:
        assert queries.check_invariants(work) == []
    database.close()


def _pay(debit: int, credit: int, amount: int) -> Transfer:
    return post(_IDS.new(_AT), debit=debit, credit=credit, amount=amount, **ABOUT)


def _post(database: Database, *transfers: Transfer) -> list[TransferResult]:
    return database.run(lambda work: post_transfers(work, transfers))


def _codes(results: list[TransferResult]) -> list[str]:
    return ["~" * r.replayed + r.code.name for r in results]


def _balance(database: Database, account: int) -> Counters:
    with database.work() as work:
        return queries.balances(work, [account])[account]


def _at_once(count: int, body: Callable[[int], list[TransferResult]]) -> list[TransferResult]:
    with ThreadPoolExecutor(count) as threads:
        return [result for part in threads.map(body, range(count)) for result in part]


def test_64_writers_on_one_account_lose_nothing(database: Database) -> None:
    _post(database, _pay(_BANK, _ALICE, 1_000))

    results = _at_once(64, lambda _: _post(database, _pay(_ALICE, _BOB, 20)))

    assert Counter(r.code for r in results) == {
        ResultCode.OK: 50,
        ResultCode.INSUFFICIENT_FUNDS: 14,
    }
    assert _balance(database, _ALICE) == Counters(0, 1_000, 0, 1_000)
    seen = sorted(
        r.debit_counters.debits_posted for r in results if not r.code and r.debit_counters
    )
    assert seen == list(range(20, 1_001, 20))


def test_a_reply_lost_after_the_commit_has_one_effect(database: Database) -> None:
    payment = _pay(_BANK, _ALICE, 100)

    answers = [_codes(_post(database, payment)) for _ in range(6)]

    assert answers == [["OK"], *[["~OK"]] * 5]
    assert _balance(database, _ALICE) == Counters(0, 0, 0, 100)


def test_the_same_id_at_once_has_one_effect(database: Database) -> None:
    payment = _pay(_BANK, _ALICE, 100)

    results = _at_once(16, lambda _: _post(database, payment))

    assert Counter(_codes(results)) == {"OK": 1, "~OK": 15}
    assert len({(r.batch, r.idx) for r in results}) == 1


def test_the_same_id_with_other_content_at_once_wins_once(database: Database) -> None:
    payment = _pay(_BANK, _ALICE, 100)

    results = _at_once(8, lambda n: _post(database, payment._replace(amount=100 + n)))

    codes = Counter(_codes(results))
    assert codes == {"OK": 1, "ID_FINGERPRINT_MISMATCH": 7}
    refused = [r for r in results if r.code]
    assert {(r.debit_counters, r.credit_counters, r.batch) for r in refused} == {(None, None, None)}


def test_two_reversals_at_once_reverse_once(database: Database) -> None:
    payment = _pay(_BANK, _ALICE, 100)
    _post(database, payment, _pay(_BANK, _ALICE, 500))

    def undo(_: int) -> list[TransferResult]:
        mirror = reverse(_IDS.new(_AT), target_id=payment.id, shard=0, **ABOUT)
        return _post(database, mirror)

    assert Counter(_codes(_at_once(2, undo))) == {"OK": 1, "ALREADY_REVERSED": 1}
    assert _balance(database, _ALICE) == Counters(0, 100, 0, 600)


def test_a_replay_after_400_days_is_still_a_replay(database: Database, clock: ManualClock) -> None:
    payment = _pay(_BANK, _ALICE, 100)
    _post(database, payment)
    clock.at = _AT + timedelta(days=400)

    assert _codes(_post(database, payment)) == ["~OK"]


def test_a_malformed_request_may_be_corrected_under_its_id(database: Database) -> None:
    payment = _pay(_BANK, _ALICE, 0)

    assert _codes(_post(database, payment)) == ["AMOUNT_RANGE"]
    assert _codes(_post(database, payment._replace(amount=5))) == ["OK"]
    assert _codes(_post(database, payment)) == ["ID_FINGERPRINT_MISMATCH"]


def test_an_expired_hold_is_free_before_the_sweep_and_void_after(
    database: Database, clock: ManualClock
) -> None:
    held = hold(
        _IDS.new(_AT),
        debit=_ALICE,
        credit=_BOB,
        amount=100,
        expires_at=_AT + timedelta(hours=1),
        **ABOUT,
    )
    assert _codes(_post(database, _pay(_BANK, _ALICE, 100), held)) == ["OK", "OK"]
    clock.at = _AT + timedelta(hours=1) - timedelta(microseconds=1)
    assert _codes(_post(database, _pay(_ALICE, _BOB, 100))) == ["INSUFFICIENT_FUNDS"]
    clock.at = _AT + timedelta(hours=1)
    assert _codes(_post(database, _pay(_ALICE, _BOB, 100))) == ["OK"]

    swept = [database.run(expire_pending), database.run(expire_pending)]

    assert [_codes(part) for part in swept] == [["OK"], []]
    assert _balance(database, _ALICE) == Counters(0, 100, 0, 100)
    late = void(_IDS.new(_AT), hold_id=held.id, shard=0, **ABOUT)
    assert _codes(_post(database, late)) == ["PENDING_EXPIRED"]


_POISON = [
    _pay(_BANK, _ALICE, 2**63),
    _pay(_BANK, _ALICE, -(2**80)),
    _pay(_BANK, 2**63, 1),
    _pay(-5, _ALICE, 1),
    _pay(2**70, _ALICE, 1),
    _pay(_BANK, _ALICE, 1)._replace(kind=cast(TransferKind, 99)),
    _pay(_BANK, _ALICE, 1)._replace(kind=cast(TransferKind, -1)),
    _pay(_BANK, _ALICE, 1)._replace(asset=2**40),
    _pay(_BANK, _ALICE, 1)._replace(asset=999),
    _pay(_BANK, _ALICE, 1)._replace(code=2**40),
    _pay(_BANK, _ALICE, 1)._replace(ref_id=_IDS.new(_AT)),
    _pay(5 << 48, _ALICE, 1),
    _pay(_BANK, _ALICE, 2**63 - 1),
    _pay(_CLEARING, _CLEARING, 1),
    void(_IDS.new(_AT), hold_id=_IDS.new(_AT), shard=77, **ABOUT),
]


def test_poison_is_refused_and_the_ledger_goes_on(database: Database) -> None:
    results = _post(database, _pay(_BANK, _ALICE, 7), *_POISON, _pay(_ALICE, _BOB, 7))

    assert results[0].code == ResultCode.OK
    assert ResultCode.OK not in {r.code for r in results[1:13]}
    assert _codes(_post(database, _pay(_BANK, _BOB, 1))) == ["OK"]


def test_writers_on_both_shards_and_folds_run_side_by_side(database: Database) -> None:
    def busy(n: int) -> list[TransferResult]:
        if n % 4 == 0:
            database.run(fold_hot_deltas)
            return []
        near, far = _pay(_CLEARING, _ALICE, 3), _pay(_FAR + _CLEARING, _FAR + _ALICE, 3)
        return _post(database, far, near)

    results = _at_once(24, busy)

    assert Counter(_codes(results)) == {"OK": 36}
    assert _balance(database, _CLEARING) == Counters(0, 18 * 3, 0, 0)
    assert _balance(database, _FAR + _ALICE) == Counters(0, 0, 0, 18 * 3)


def test_a_writer_of_an_old_epoch_is_fenced(database: Database) -> None:
    old = database.run(lambda work: fence(work, shard=0))
    new = database.run(lambda work: fence(work, shard=0))
    payment = _pay(_BANK, _ALICE, 5)

    def write(epoch: int) -> list[str]:
        return _codes(database.run(lambda work: post_transfers(work, [payment], epoch=epoch)))

    assert (write(old), write(new)) == (["EPOCH_FENCED"], ["OK"])


def test_frozen_stops_debits_but_not_credits_nor_the_end_of_a_hold(database: Database) -> None:
    held = hold(_IDS.new(_AT), debit=_ALICE, credit=_BOB, amount=10, **ABOUT)
    _post(database, _pay(_BANK, _ALICE, 100), held)
    database.run(lambda work: freeze_accounts(work, [_ALICE]))

    release = void(_IDS.new(_AT), hold_id=held.id, shard=0, **ABOUT)
    results = _post(database, _pay(_ALICE, _BOB, 1), _pay(_BANK, _ALICE, 1), release)

    assert _codes(results) == ["ACCOUNT_FROZEN", "OK", "OK"]
    database.run(lambda work: unfreeze_accounts(work, [_ALICE]))
    assert _codes(_post(database, _pay(_ALICE, _BOB, 1))) == ["OK"]


def test_only_an_empty_account_closes_and_stays_closed(database: Database) -> None:
    _post(database, _pay(_BANK, _ALICE, 5))

    def close(*ids: int) -> list[object]:
        return list(database.run(lambda work: close_accounts(work, ids)))

    assert close(_ALICE, 999) == [AccountNotEmpty(), AccountUnknown()]
    _post(database, _pay(_ALICE, _BANK, 5))
    held = hold(_IDS.new(_AT), debit=_BANK, credit=_ALICE, amount=3, **ABOUT)
    _post(database, held)
    assert close(_ALICE) == [AccountNotEmpty()], "a hold outlives no account"
    _post(database, void(_IDS.new(_AT), hold_id=held.id, shard=0, **ABOUT))
    (closed,) = close(_ALICE)
    assert isinstance(closed, Account)
    assert closed.flags & AccountFlag.CLOSED
    results = _post(database, _pay(_BANK, _ALICE, 5), _pay(_ALICE, _BANK, 5))
    assert _codes(results) == ["ACCOUNT_CLOSED", "ACCOUNT_CLOSED"]


def test_opening_again_is_harmless_and_differently_is_refused(database: Database) -> None:
    again = NewAccount(_ALICE, AccountKind.SUSPENSE, 1, AccountFlag.NO_DEBIT_OVERDRAFT)
    other = again._replace(flags=AccountFlag(0))
    nowhere = again._replace(id=(9 << 48) + 1)

    results = database.run(lambda work: open_accounts(work, [again, other, nowhere]))

    assert [type(r).__name__ for r in results] == ["Account", "AccountDiffers", "AccountUnknown"]
    assert results[1] == AccountDiffers()
