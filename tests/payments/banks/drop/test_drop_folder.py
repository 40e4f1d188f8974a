"""Banks in a folder: orders go out once, words come back, and the books end as with any banks."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from huoqi.payments.banks.drop.folder import write_whole
from huoqi.payments.banks.port import Instruction
from huoqi.payments.banks.simulated import truth
from huoqi.payments.banks.simulated.deeds import FaultMix
from huoqi.payments.cards import CardState, CodeEntry
from huoqi.payments.formats.orders import read_orders
from huoqi.payments.formats.sources import FileSource
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import State
from tests.databases import Cluster
from tests.payments.banks.drop.meeting import Meeting, beside_house, in_a_folder
from tests.payments.banks.test_simulated import arm
from tests.payments.world import MONDAY_NINE, World, build_world
from tests.sandbox.bank_house.test_same_deeds import BAD_MIX, a_bad_day, every_card

LATER_S = (5, 30, 90, 300, 1_800, 7_200, 25_200)


@pytest.fixture(scope="module")
def second_dsn(postgres_cluster: Cluster) -> Iterator[str]:
    with postgres_cluster.database() as fresh:
        yield fresh


@pytest.fixture
def meeting(database_dsn: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Meeting]:
    with beside_house(tmp_path, database_dsn, ids=request.node.name) as (found, _):
        yield found


def without_words(ends: Sequence[object]) -> list[object]:
    """Return how orders ended, without by which way each word of it came."""
    return [each[:5] if isinstance(each, tuple) and len(each) == 6 else each for each in ends]


def moved(rows: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return sorted(rows, key=str)


@pytest.mark.parametrize(
    ("story", "mix"), [(every_card, None), (a_bad_day, BAD_MIX)], ids=["cards", "a bad day"]
)
def test_a_story_ends_as_with_banks_in_the_database(
    story: Callable[[World], list[object]],
    mix: FaultMix | None,
    database_dsn: str,
    second_dsn: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    until = MONDAY_NINE + timedelta(days=3)
    inside = build_world(database_dsn, mix=mix, seed=request.node.name)
    first = story(inside)
    inside.clock.at = until
    first_moved = [
        (m.bank_ref, m.bank, m.amount_fen)
        for m in inside.database.run(truth.movements)
        for _ in range(m.times)
    ]
    inside.database.close()

    with beside_house(tmp_path, second_dsn, mix=mix, ids=request.node.name) as (meeting, house):
        second = story(meeting.world)
        second_moved = [(e.bank_ref, e.bank, e.amount_fen) for e in house.executions(until=until)]

    assert without_words(second) == without_words(first)
    assert moved(second_moved) == moved(first_moved)


def test_a_payout_goes_out_in_a_file_that_is_kept(meeting: Meeting) -> None:
    world = meeting.world
    card = world.saver(cash_fen=50_000)
    order = world.place_one(card, 12_345, direction=Direction.PAYOUT)

    world.run_at(MONDAY_NINE)

    assert world.now(order).state is State.SUCCEEDED
    (kept,) = meeting.archived("PAIN001")
    file = read_orders(FileSource(kept))
    assert [(o.bank_ref, o.amount_fen, o.agreement) for o in file.orders] == [
        (world.now(order).bank_ref, 12_345, card.card_id.hex)
    ]
    assert (file.bank, file.direction) == ("ICBC", Direction.PAYOUT)
    assert not meeting.names("to_bank")
    assert not meeting.names("quarantine")


def test_nothing_of_a_person_stays_in_the_folder(meeting: Meeting) -> None:
    card = meeting.world.saver(last_four="0000")
    meeting.world.place_one(card, 10_000)
    meeting.world.run_at(MONDAY_NINE)

    texts = [
        path.read_bytes()
        for path in meeting.folder.root.rglob("*")
        if path.is_file() and not path.name.startswith("books.sqlite")
    ]
    assert card.state is CardState.BOUND
    for word in ("王小明", "11010519491231002X", "13800138000", "622202"):
        assert not any(word.encode() in text for text in texts), word


def test_a_card_that_needs_a_code_is_bound_by_it(meeting: Meeting) -> None:
    world = meeting.world
    world.open_customer(7)
    card = world.bind(7, "0036")
    wrong, right = (
        world.pump.enter_codes([CodeEntry(card.shard, card.card_id, 7, code)])[0]
        for code in ("000000", "123456")
    )

    assert getattr(wrong, "code", "") == "card.code_wrong" or wrong != right
    assert getattr(right, "state", None) is CardState.BOUND


def test_a_bank_that_is_down_is_asked_later(meeting: Meeting) -> None:
    world = meeting.world
    card = world.saver(cash_fen=50_000)
    arm(world, "bank_down", until=MONDAY_NINE + timedelta(minutes=3))
    order = world.place_one(card, 5_000, direction=Direction.PAYOUT)

    world.run_at(MONDAY_NINE)
    assert world.now(order).state is State.UNKNOWN
    for seconds in LATER_S:
        world.run_at(MONDAY_NINE + timedelta(seconds=seconds))

    assert world.now(order).state in {State.UNKNOWN, State.SENT}


def test_a_late_success_comes_as_a_notice(meeting: Meeting) -> None:
    world = meeting.world
    order = world.place_one(world.saver(last_four="0009"), 10_000)

    world.run_at(MONDAY_NINE)
    assert world.now(order).state is State.UNKNOWN
    assert meeting.banks.next_callback_at() == MONDAY_NINE + timedelta(seconds=90)
    world.run_at(MONDAY_NINE + timedelta(seconds=90))

    assert world.now(order).state is State.SUCCEEDED
    assert len(meeting.archived("CAMT054")) == 1
    assert all("_CAMT053_" in n or "_STMT_" in n for n in meeting.names("from_bank"))


def test_a_word_that_is_not_stored_comes_again_and_counts_once(meeting: Meeting) -> None:
    world = meeting.world
    order = world.place_one(world.saver(last_four="0009"), 10_000)
    world.run_at(MONDAY_NINE)
    world.clock.at = MONDAY_NINE + timedelta(seconds=90)

    first = meeting.banks.callbacks(limit=10)
    meeting.begin_again()
    again = meeting.banks.callbacks(limit=10)
    meeting.banks.acknowledge([call.callback_id for call in again])

    assert first == again
    assert meeting.banks.callbacks(limit=10) == []
    (kept,) = meeting.archived("CAMT054")
    write_whole(meeting.folder.from_bank / "ICBC_CAMT054_AGAIN.XML", kept.read_bytes())
    assert meeting.banks.callbacks(limit=10) == []
    assert "AGAIN" in (meeting.folder.archive / "absorbed.jsonl").read_text("utf-8")
    assert world.now(order).state is State.UNKNOWN


def test_statements_come_in_both_forms_and_go_once_they_are_stored(meeting: Meeting) -> None:
    world = meeting.world
    order = world.place_one(world.saver(cash_fen=50_000), 5_000, direction=Direction.PAYOUT)
    world.run_at(MONDAY_NINE)
    world.clock.at = MONDAY_NINE + timedelta(days=1)

    pages = meeting.banks.statements(limit=100)

    on = MONDAY_NINE.date()
    assert {page.head.last_on for page in pages} == {on - timedelta(days=1), on}
    assert {"ICBC", "CEB"} <= {page.head.bank for page in pages}
    lines = {page.head.bank: page.entries for page in pages if page.head.last_on == on}
    assert [(e.bank_ref, e.amount_fen) for e in lines["ICBC"]] == [
        (world.now(order).bank_ref, 5_000)
    ]
    assert {path.suffix for path in meeting.folder.from_bank.glob("CEB_*")} == {".CSV"}
    assert meeting.banks.statements(limit=3) == pages[:3]
    meeting.banks.acknowledge_statements([page.head for page in pages])
    assert meeting.banks.statements(limit=100) == []
    assert len(meeting.archived("CAMT053")) + len(meeting.archived("STMT")) == len(pages)


def test_a_statement_can_be_asked_for_again(meeting: Meeting) -> None:
    meeting.world.clock.at = MONDAY_NINE + timedelta(days=1)
    pages = meeting.banks.statements(limit=100)
    meeting.banks.acknowledge_statements([page.head for page in pages])

    assert meeting.banks.ask_for_statement(bank="ICBC", on=MONDAY_NINE.date())
    assert not meeting.banks.ask_for_statement(bank="ICBC", on=date(2014, 1, 1))
    assert not meeting.names("to_bank")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("ICBC_PAIN002_X.XML", b"<a/>", "statement.message_unknown"),
        ("ICBC_CAMT053_X.XML", b"<!DOCTYPE a><a/>", "statement.doctype"),
        ("ICBC_CAMT054_X.XML", b"", "statement.not_well_formed"),
        ("ICBC_STMT_1_20150511.CSV", b"a,b\n", "statement.element_missing"),
        ("NOBANK_CAMT054_X.XML", b"<a/>", "statement.other_account"),
        ("HELLO.EXE", b"MZ", "statement.message_unknown"),
    ],
)
def test_what_is_not_as_its_form_says_is_set_aside_whole(
    name: str, data: bytes, code: str, database_dsn: str, tmp_path: Path
) -> None:
    with in_a_folder(tmp_path, database_dsn, played=False) as meeting:
        (meeting.folder.from_bank / name).write_bytes(data)

        assert meeting.banks.callbacks(limit=10) == []
        assert meeting.banks.statements(limit=10) == []

        assert meeting.names("quarantine") == [name, f"{name}.report.json"]
        assert (meeting.folder.quarantine / name).read_bytes() == data
        report = json.loads((meeting.folder.quarantine / f"{name}.report.json").read_text("utf-8"))
        assert report["code"] == code
        assert meeting.names("from_bank") == []


def test_where_banks_have_clocks_nobody_is_waited_for(database_dsn: str, tmp_path: Path) -> None:
    with in_a_folder(tmp_path, database_dsn, played=False) as meeting:
        batch = [instruction(meeting.world)]
        assert meeting.banks.next_callback_at() is None

        replies = meeting.banks.send(batch)
        again = meeting.banks.send(batch)

        assert [reply.code for reply in (*replies, *again)] == ["09", "09"]
        assert len(meeting.names("to_bank")) == 1
        (meeting.folder.to_bank / meeting.names("to_bank")[0]).unlink()
        meeting.banks.send(batch)
        assert meeting.names("to_bank") == []


def test_nobody_there_is_no_reply(database_dsn: str, tmp_path: Path) -> None:
    with in_a_folder(tmp_path, database_dsn, patience_ms=1) as meeting:
        (reply,) = meeting.banks.send([instruction(meeting.world)])
        (asked,) = meeting.banks.query([instruction(meeting.world)])

        assert (reply.kind.value, asked.kind.value) == ("no_reply", "no_reply")
        assert not meeting.banks.ask_for_statement(bank="ICBC", on=MONDAY_NINE.date())
        assert meeting.banks.next_callback_at() is None


def instruction(world: World) -> Instruction:
    """Return a payout of a card that nobody bound."""
    return Instruction(
        shard=0,
        order_id=world.new_id(),
        bank_ref="HQ" + "1" * 32,
        bank="ICBC",
        channel="standard",
        direction=Direction.PAYOUT,
        amount_fen=100,
        card_id=world.new_id(),
        queries=0,
    )
