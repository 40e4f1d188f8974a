"""The columnar entrance gives what single transfers give."""

import random
from datetime import timedelta
from uuid import UUID

import numpy as np

from huoqi.kit.db import connect
from huoqi.ledger.bulk import ColumnResults, TransferColumns, fingerprints
from huoqi.ledger.operations import post_columns
from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.transfers import Transfer, TransferKind, days_since_2000, fingerprint
from tests.ledger.harness import ON, SideBySide
from tests.ledger.model import Answer

_NIL = UUID(int=0)


def _columns(items: list[Transfer]) -> TransferColumns:
    ids, kinds, debits, credits_, amounts, assets, codes, refs, dates, _, _ = zip(
        *items, strict=True
    )
    return TransferColumns(
        shard=0,
        ids=b"".join(i.bytes for i in ids),
        kinds=np.array(kinds, dtype=np.int64),
        debits=np.array(debits, dtype=np.int64),
        credits=np.array(credits_, dtype=np.int64),
        amounts=np.array(amounts, dtype=np.int64),
        assets=np.array(assets, dtype=np.int64),
        codes=np.array(codes, dtype=np.int64),
        days=np.array([days_since_2000(on) for on in dates], dtype=np.int64),
        ref_ids=b"".join((r or _NIL).bytes for r in refs) if any(refs) else None,
    )


def _seen(results: ColumnResults, expected: list[Answer]) -> None:
    assert results.codes.tolist() == [answer.code for answer in expected]
    assert results.replayed.tolist() == [answer.replayed for answer in expected]
    for side, name in ((results.debit_counters, "debit"), (results.credit_counters, "credit")):
        for i, answer in enumerate(expected):
            counters = getattr(answer, name)
            if answer.code.stored:
                assert bool(side.known[i]) == (counters is not None)
            if counters is not None:
                assert tuple(int(column[i]) for column in side[1:]) == counters


def _item(both: SideBySide, dice: random.Random, made: list[Transfer]) -> Transfer:
    names = list(both.names.values())
    kind = TransferKind(dice.choice([1, 1, 1, 2, 2, 3, 4, 5]))
    item = Transfer(
        both.work.new_id(),
        kind,
        dice.choice(names),
        dice.choice([*names, 77]),
        dice.randint(0 if dice.random() < 0.1 else 1, 50),
        1,
        3,
        None,
        ON,
    )
    if kind <= TransferKind.PENDING or not made:
        again = made and dice.random() < 0.05
        return dice.choice(made) if again else item._replace(kind=min(kind, TransferKind.PENDING))
    target = dice.choice(made[-20:])
    amount = dice.choice([0, 0, 3]) if kind == TransferKind.POST_PENDING else 0
    return item._replace(debit=0, credit=0, asset=0, amount=amount, ref_id=target.id)


def test_columns_are_answered_as_the_model_does(database_dsn: str) -> None:
    dice = random.Random(7)
    with connect(database_dsn) as conn:
        both = SideBySide(conn)
        both.open("bank", AccountFlag(0))
        both.open("clearing", AccountFlag.HOT)
        for name in ("alice", "bob", "carol"):
            both.open(name, AccountFlag.NO_DEBIT_OVERDRAFT)
        made: list[Transfer] = []
        for _ in range(60):
            items = [_item(both, dice, made) for _ in range(dice.choice([1, 5, 40]))]
            made += items
            expected = both.book.post(items, both.at)
            _seen(post_columns(both.work, _columns(items)), expected)
            both.compare()
            both.advance(timedelta(seconds=1))
        conn.rollback()


def test_a_column_of_fingerprints_is_that_of_the_items(database_dsn: str) -> None:
    with connect(database_dsn) as conn:
        both = SideBySide(conn)
        both.open("bank", AccountFlag(0))
        both.open("alice", AccountFlag.NO_DEBIT_OVERDRAFT)
        dice = random.Random(8)
        made: list[Transfer] = []
        for _ in range(50):
            made.append(_item(both, dice, made))
        conn.rollback()

    assert fingerprints(_columns(made)).tolist() == [fingerprint(item) for item in made]
