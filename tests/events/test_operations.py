"""The log against the database: gap-free in commit order, whatever is rolled back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest

from huoqi.events.operations import API_VERSION, EventDraft, emit, emit_all
from huoqi.events.queries import event_of, events_after, events_of_customer, last_seq
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database, Work

AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
ORDER, PAYIN, PAYOUT = (UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    opened = Database(dsn, clock=ManualClock(AT), size=6)
    yield opened
    opened.close()


def test_an_event_is_told_whole(database: Database) -> None:
    draft = EventDraft(
        "fund.purchase.placed",
        ORDER,
        107,
        {"amount_fen": 10_000, "state": "placed"},
        transfer_ids=(PAYIN, PAYOUT),
        idempotency_key="call 13800138000",
    )
    with database.work() as work:
        work.request_id = "req_1"
        emit(work, draft)

    with database.work() as work:
        (event,) = events_after(work, seq=0)
        assert event_of(work, event.id) == event
        assert event_of(work, ORDER) is None
    assert (event.seq, event.type, event.api_version) == (1, "fund.purchase.placed", API_VERSION)
    assert event.business_time == AT
    assert event.created_at > AT
    assert event.data == {"amount_fen": 10_000, "state": "placed"}
    assert event.ledger_transfer_ids == [PAYIN, PAYOUT]
    assert (event.object_id, event.customer_no) == (str(ORDER), 107)
    assert (event.request_id, event.idempotency_key) == ("req_1", "call <PHONE>")


def test_numbers_have_no_gap_after_a_rollback(database: Database) -> None:
    def tell(text: str) -> None:
        with database.work() as work:
            emit_all(
                work, [EventDraft("test.thing.done", text), EventDraft("test.thing.seen", text)]
            )
            if text == "broken":
                work.flush()
                raise RuntimeError

    tell("one")
    with pytest.raises(RuntimeError):
        tell("broken")
    tell("two")

    with database.work() as work:
        assert [event.seq for event in events_after(work, seq=0)] == [1, 2, 3, 4]
        assert last_seq(work) == 4


def test_writers_at_the_same_time_leave_one_order(database: Database) -> None:
    def tell(writer: int) -> None:
        for _ in range(10):
            with database.work() as work:
                emit(work, EventDraft("test.thing.done", f"w{writer}", writer))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(tell, range(1, 5)))

    with database.work() as work:
        assert [event.seq for event in events_after(work, seq=0)] == list(range(1, 41))
        assert len(events_of_customer(work, customer_no=3)) == 10


def test_a_reader_goes_on_after_a_number_and_may_choose_types(database: Database) -> None:
    with database.work() as work:
        for number in range(4):
            verb = "seen" if number % 2 else "done"
            emit(work, EventDraft(f"test.thing.{verb}", str(number), 100 + number))

    with database.work() as work:
        assert [e.object_id for e in events_after(work, seq=1, limit=2)] == ["1", "2"]
        seen = events_after(work, seq=0, types=["test.thing.seen"])
        assert [e.object_id for e in seen] == ["1", "3"]
        assert [e.object_id for e in events_of_customer(work, customer_no=102)] == ["2"]


def test_a_unit_of_work_without_events_writes_none(database: Database) -> None:
    with database.work() as work:
        emit_all(work, [])

    with database.work() as work:
        assert last_seq(work) == 0


def test_an_event_that_names_a_person_is_our_mistake(database: Database) -> None:
    with database.work() as work, pytest.raises(AssertionError, match="may not carry"):
        emit(work, EventDraft("test.thing.done", "x", data={"note": "13800138000"}))


def test_what_another_hook_tells_before_the_commit_is_not_lost(database: Database) -> None:
    def tell_late(work: Work) -> None:
        emit(work, EventDraft("test.thing.seen", "late"))

    with database.work() as work:
        emit(work, EventDraft("test.thing.done", "early"))
        work.before_commit("late", tell_late)

    with database.work() as work:
        assert [event.object_id for event in events_after(work, seq=0)] == ["early", "late"]
