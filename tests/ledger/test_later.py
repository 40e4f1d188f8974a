"""Postings that wait for the end of their unit of work: the same book, locked for less long."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database, Work
from huoqi.kit.ids import RandomIds
from huoqi.ledger import queries
from huoqi.ledger.operations import (
    NewAccount,
    open_accounts,
    post_later,
    post_transfers,
    set_up_shards,
)
from huoqi.ledger.rules.chart import AccountFlag, AccountKind
from huoqi.ledger.rules.transfers import ResultCode, Transfer, hold, post, post_pending
from tests.ledger.harness import ABOUT

_AT = datetime(2015, 5, 11, 1, tzinfo=UTC)
_BANK, _ALICE, _FUND = 1, 2, 3
_FAR = 1 << 48
_IDS = RandomIds()


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    database = Database(dsn, clock=ManualClock(_AT))
    flags = {
        _BANK: AccountFlag(0),
        _ALICE: AccountFlag.NO_DEBIT_OVERDRAFT,
        _FUND: AccountFlag.HOT,
    }
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
        assert queries.verify_chain(work).sound
    database.close()


def _pay(debit: int, credit: int, amount: int) -> Transfer:
    return post(_IDS.new(_AT), debit=debit, credit=credit, amount=amount, **ABOUT)


def _posted(database: Database, account: int) -> list[tuple[int, int]]:
    with database.work() as work:
        entries = queries.history(work, account, limit=10)
    return [(entry.batch, entry.amount) for entry in reversed(entries)]


def test_each_call_is_a_batch_of_its_own_in_the_order_of_the_calls(database: Database) -> None:
    with database.work() as work:
        post_later(work, [_pay(_FAR + _BANK, _FAR + _ALICE, 70), _pay(_BANK, _ALICE, 100)])
        post_later(work, [_pay(_ALICE, _FUND, 60)])
        post_later(work, [_pay(_FAR + _ALICE, _FAR + _FUND, 30), _pay(_ALICE, _FUND, 40)])
        post_later(work, [])

    assert _posted(database, _ALICE) == [(1, 100), (2, 60), (3, 40)]
    assert _posted(database, _FAR + _ALICE) == [(1, 70), (2, 30)]


def test_who_asks_for_balances_in_the_same_unit_of_work_sees_them(database: Database) -> None:
    with database.work() as work:
        post_later(work, [_pay(_BANK, _ALICE, 100)])
        assert queries.balances(work, [_ALICE])[_ALICE].available == 100


def test_another_posting_of_the_unit_of_work_comes_after_them(database: Database) -> None:
    with database.work() as work:
        post_later(work, [_pay(_BANK, _ALICE, 100)])
        (result,) = post_transfers(work, [_pay(_ALICE, _FUND, 100)])

    assert result.code is ResultCode.OK
    assert _posted(database, _ALICE) == [(1, 100), (2, 100)]


def test_a_hold_is_posted_and_spent_at_the_end_of_one_unit_of_work(database: Database) -> None:
    held = hold(_IDS.new(_AT), debit=_BANK, credit=_ALICE, amount=100, **ABOUT)
    with database.work() as work:
        post_transfers(work, [held])
    with database.work() as work:
        post_later(work, [post_pending(_IDS.new(_AT), hold_id=held.id, shard=0, **ABOUT)])
        post_later(work, [_pay(_ALICE, _FUND, 100)])

    with database.work() as work:
        assert queries.balances(work, [_ALICE, _FUND])[_FUND].credits_posted == 100


def test_a_refusal_is_a_mistake_of_ours_and_leaves_nothing(database: Database) -> None:
    def body(work: Work) -> None:
        post_later(work, [_pay(_BANK, _FUND, 5)])
        post_later(work, [_pay(_ALICE, _FUND, 1)])

    with pytest.raises(AssertionError, match="POST 1: INSUFFICIENT_FUNDS"):
        database.run(body)

    assert _posted(database, _FUND) == []
