"""The past, the trial balance, histories and the checks of the whole book."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest

from huoqi.kit.db import connect
from huoqi.ledger import queries
from huoqi.ledger.operations import fold_hot_deltas, index_history, take_snapshot
from huoqi.ledger.posting import TransferResult
from huoqi.ledger.rules.chart import AccountFlag
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import Transfer, hold, post, post_pending
from tests.ledger.harness import ON, START, SideBySide

_NEXT_DAY = ON + timedelta(days=1)
_LATER = ON + timedelta(days=2)


class Book(SideBySide):
    """Alice and Bob, a bank and a hot clearing account, with words for what tests do."""

    def pay(self, debit: str, credit: str, amount: int, *, on: date = ON) -> UUID:
        """Post one transfer by names and return its id."""
        id_ = self.work.new_id()
        self.post_one(
            post(
                id_,
                debit=self.names[debit],
                credit=self.names[credit],
                amount=amount,
                code=1,
                effective_on=on,
            )
        )
        return id_

    def post_one(self, transfer: Transfer) -> TransferResult:
        """Post one transfer that must be OK."""
        (result,) = self.post([transfer])
        assert result.code == 0
        return result

    def as_of(self, name: str, on: date) -> Counters | None:
        """Return an account's counters at the end of a date."""
        number = self.names[name]
        return queries.balances_as_of(self.work, [number], on=on).get(number)


@pytest.fixture
def book(database_dsn: str) -> Iterator[Book]:
    with connect(database_dsn) as conn:
        book = Book(conn)
        book.open("bank", AccountFlag(0))
        book.open("clearing", AccountFlag.HOT)
        book.open("alice", AccountFlag.NO_DEBIT_OVERDRAFT)
        book.open("bob", AccountFlag.NO_DEBIT_OVERDRAFT)
        yield book
        conn.rollback()


def test_a_late_row_counts_on_its_effective_date(book: Book) -> None:
    book.pay("bank", "alice", 100)
    book.pay("bank", "alice", 20, on=_LATER)
    take_snapshot(book.work, on=_NEXT_DAY)
    book.pay("bank", "alice", 5)  # late: dated before the snapshot

    assert book.as_of("alice", ON - timedelta(days=1)) is None
    assert book.as_of("alice", ON) == Counters(0, 0, 0, 105)
    assert book.as_of("alice", _NEXT_DAY) == Counters(0, 0, 0, 105)
    assert book.as_of("alice", _LATER) == Counters(0, 0, 0, 125)


def test_snapshots_build_on_one_another(book: Book) -> None:
    for day in range(5):
        book.pay("bank", "alice", 10, on=ON + timedelta(days=day))
        book.pay("bank", "bob", 1, on=ON + timedelta(days=4 - day))
    changed = [take_snapshot(book.work, on=ON + timedelta(days=day)) for day in (0, 2, 3)]

    assert changed == [3, 3, 3]
    for day in range(5):
        on = ON + timedelta(days=day)
        assert book.as_of("alice", on) == Counters(0, 0, 0, 10 * (day + 1))
        assert book.as_of("bob", on) == Counters(0, 0, 0, day + 1)


def test_an_earlier_snapshot_is_not_taken_after_a_later_one(book: Book) -> None:
    book.pay("bank", "alice", 10)

    assert take_snapshot(book.work, on=_NEXT_DAY) == 2
    assert take_snapshot(book.work, on=ON) == 0
    assert take_snapshot(book.work, on=_NEXT_DAY) == 0


def test_balances_after_any_batch_are_those_the_answers_gave(book: Book) -> None:
    seen: list[tuple[int, Counters]] = []
    for amount in range(1, 9):
        batch = [
            post(
                book.work.new_id(),
                debit=book.names[debit],
                credit=book.names["alice"],
                amount=amount,
                code=1,
                effective_on=ON,
            )
            for debit in ("bank", "clearing")
        ]
        last = book.post(batch)[-1]
        assert last.batch is not None
        assert last.credit_counters is not None
        seen.append((last.batch, last.credit_counters))
    fold_hot_deltas(book.work)

    ids = [book.names["alice"], book.names["clearing"]]
    for seq, counters in seen:
        then = queries.balances_after_batch(book.work, ids, shard=0, seq=seq)
        assert then[ids[0]] == counters
        assert then[ids[1]].debits_posted * 2 == counters.credits_posted


def test_the_trial_balance_has_equal_sides_now_and_on_every_date(book: Book) -> None:
    book.pay("clearing", "alice", 100)
    book.pay("alice", "bob", 30, on=_NEXT_DAY)
    held = hold(
        book.work.new_id(),
        debit=book.names["alice"],
        credit=book.names["clearing"],
        amount=40,
        code=1,
        effective_on=_NEXT_DAY,
    )
    book.post_one(held)
    book.post_one(
        post_pending(
            book.work.new_id(), hold_id=held.id, shard=0, code=1, effective_on=_LATER, amount=25
        )
    )

    for as_of, expected in (
        (None, Counters(0, 155, 0, 155)),
        (ON, Counters(0, 100, 0, 100)),
        (_NEXT_DAY, Counters(40, 130, 40, 130)),
        (_LATER, Counters(0, 155, 0, 155)),
    ):
        lines = queries.trial_balance(book.work, as_of=as_of)
        assert [(line.asset, line.kind, line.counters) for line in lines] == [
            (1, "suspense", expected)
        ]


def test_history_pages_through_indexed_and_fresh_batches_alike(book: Book) -> None:
    made = [book.pay("bank", "alice", amount) for amount in range(1, 8)]
    assert index_history(book.work, shard=0, batches=4) == 4
    account = book.names["alice"]

    first = queries.history(book.work, account, limit=5)
    rest = queries.history(book.work, account, before=(first[-1].batch, first[-1].idx), limit=5)

    assert [entry.id for entry in [*first, *rest]] == made[::-1]
    assert [entry.amount for entry in rest] == [2, 1]
    assert first[0].at == START
    assert index_history(book.work, shard=0) == 3
    assert [entry.id for entry in queries.history(book.work, account)] == made[::-1]
    assert index_history(book.work, shard=0) == 0


def _busy(book: Book) -> None:
    for amount in (50, 60, 70):
        book.pay("clearing", "alice", amount)
        book.pay("alice", "bob", amount // 2)
    held = hold(
        book.work.new_id(),
        debit=book.names["bob"],
        credit=book.names["clearing"],
        amount=9,
        code=1,
        effective_on=ON,
    )
    book.post_one(held)
    book.post_one(
        post_pending(book.work.new_id(), hold_id=held.id, shard=0, code=1, effective_on=ON)
    )


def test_a_sound_book_has_no_findings(book: Book) -> None:
    _busy(book)

    assert queries.check_invariants(book.work) == []
    report = queries.verify_chain(book.work)
    assert report.sound
    assert [(c.batches, c.transfers) for c in report.shards] == [(8, 8)]


@pytest.mark.parametrize(
    ("tamper", "batch", "fault"),
    [
        (
            "UPDATE ledger_transfer SET amount = amount + 1 WHERE batch = 3",
            3,
            "its sums are not those of its rows",
        ),
        (
            "UPDATE ledger_transfer SET code = 2 WHERE batch = 4",
            4,
            "its rows are not what was hashed",
        ),
        ("DELETE FROM ledger_transfer WHERE batch = 5", 5, "rows are missing or too many"),
        ("DELETE FROM ledger_batch WHERE seq = 2", 2, "a batch is missing"),
        (
            "UPDATE ledger_batch SET at = at - interval '1 s' WHERE seq = 6",
            6,
            "its instant goes back",
        ),
        (
            "UPDATE ledger_batch SET prev_hash = hash WHERE seq = 7",
            7,
            "it does not follow the batch before",
        ),
        ("DELETE FROM ledger_batch WHERE seq = 8", 8, "the chain ends before its head"),
        (
            """
            DELETE FROM ledger_batch WHERE seq = 8;
            UPDATE ledger_shard SET seq = 7, hash = (SELECT hash FROM ledger_batch WHERE seq = 7)
            """,
            8,
            "rows without a batch",
        ),
    ],
)
def test_tampering_is_named_with_its_first_broken_batch(
    book: Book, tamper: str, batch: int, fault: str
) -> None:
    _busy(book)
    book.conn.execute(tamper.encode())

    (chain,) = queries.verify_chain(book.work, shard=0).shards

    assert (chain.first_broken, chain.fault) == (batch, fault)


@pytest.mark.parametrize(
    ("tamper", "invariants"),
    [
        (
            "UPDATE ledger_account SET cp = cp + 1 WHERE id = {alice}",
            {"I1 debits equal credits", "I5 counters are the journal's sum"},
        ),
        (
            """
            UPDATE ledger_account SET dp = dp + 9999 WHERE id IN ({alice}, {bank});
            UPDATE ledger_account SET cp = cp + 9999 WHERE id IN ({bob}, {bank})
            """,
            {"I2 limits hold", "I5 counters are the journal's sum"},
        ),
        (
            """
            UPDATE ledger_transfer SET ref_id = (SELECT id FROM ledger_transfer WHERE batch = 1)
            WHERE batch IN (1, 2)
            """,
            {"I6, I10 resolved once", "I4, I9 chain verifies"},
        ),
    ],
)
def test_a_broken_invariant_is_found(book: Book, tamper: str, invariants: set[str]) -> None:
    _busy(book)
    book.conn.execute(tamper.format(**book.names).encode())

    assert {finding.invariant for finding in queries.check_invariants(book.work)} == invariants


def test_totals_by_asset_are_balanced(book: Book) -> None:
    _busy(book)
    totals = queries.asset_totals(book.work)

    assert totals[1] == Counters(0, 50 + 60 + 70 + 90 + 9, 0, 50 + 60 + 70 + 90 + 9)


def test_a_closed_connection_reads_nothing(database_dsn: str) -> None:
    with psycopg.connect(database_dsn) as conn:
        assert queries.shards(SideBySide(conn).work) == [0]
        conn.rollback()
