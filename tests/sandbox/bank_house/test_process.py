"""The bank house as a process: it serves, ends with us, has one house a folder, and new secrets."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

import huoqi
from huoqi.cli.bank_house_command import bank_house_command
from huoqi.kit.postgres import AlreadyRunning
from huoqi.kit.postgres.locks import holder_of
from huoqi.payments.banks.http.keys import load_or_make
from huoqi.payments.banks.port import CardCheck, CheckAnswer, Instruction
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import Reply, ReplyKind
from huoqi.sandbox.bank_house.books_store import Books
from huoqi.sandbox.bank_house.calling import Caller
from huoqi.sandbox.bank_house.house import House
from huoqi.sandbox.bank_house.process import (
    LOCK_NAME,
    HouseTerms,
    opened_house,
    place_in,
    serve_house,
    start_house,
    wait_for_house,
)
from huoqi.sandbox.bank_house.telling import Told
from tests.payments.banks.http.bad_bank import answer, bad_bank

AT = datetime(2015, 5, 11, 1, tzinfo=UTC)
CARD = CardCheck(UUID(int=1), "ABC", "6200590000000000000", "n", "i", "m")
PATIENCE_S = 60


def come_true(is_there: Callable[[], bool]) -> bool:
    """Return whether something came true while we were patient."""
    never = threading.Event()
    return any(is_there() or never.wait(0.02) for _ in range(50 * PATIENCE_S))


def order(n: int = 1, bank: str = "ABC") -> Instruction:
    ref = f"HQ{n:032d}"
    way = Direction.COLLECT
    return Instruction(0, UUID(int=n), ref, bank, "direct", way, 500, CARD.request_id, 0)


def house_of(folder: Path) -> House:
    house = House(Books(folder / "books.sqlite"), seed="1")
    assert house.check_card(CARD, at=AT).answer is CheckAnswer.MATCHED
    return house


def silent_house(folder: Path) -> House:
    """Return a house that owes a call ninety seconds after it did not answer."""
    house = House(Books(folder / "books.sqlite"), seed="1")
    check = replace(CARD, number="6200590000000000009")
    assert house.check_card(check, at=AT).answer is CheckAnswer.MATCHED
    assert house.send(order(), at=AT).kind is ReplyKind.NO_REPLY
    return house


def test_a_child_serves_and_comes_back_when_it_is_killed(tmp_path: Path) -> None:
    with start_house(tmp_path, seed="1") as child:
        wait_for_house(tmp_path)
        first = child.pid
        os.kill(first, signal.SIGKILL)
        assert come_true(lambda: holder_of(tmp_path, name=LOCK_NAME) not in {None, first})
        wait_for_house(tmp_path)
    assert place_in(tmp_path) is None
    assert (tmp_path / "log.txt").read_text().endswith("ended; the books are kept\n")


def test_only_one_house_serves_a_folder(tmp_path: Path) -> None:
    with opened_house(tmp_path, terms=HouseTerms("1")), pytest.raises(AlreadyRunning):
        serve_house(
            tmp_path, terms=HouseTerms("1"), ending=threading.Event(), say=lambda _line: None
        )


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "huoqi.bootstrap", "bank-house", "--folder", str(tmp_path)]
    source = str(Path(huoqi.__file__).parents[1])
    environ = {**os.environ, "PYTHONPATH": source}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        wait_for_house(tmp_path)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert said.startswith("bank house: serving on http://127.0.0.1:")
    assert process.returncode == 0


def test_a_new_secret_signs_and_the_one_before_is_believed(tmp_path: Path) -> None:
    before = load_or_make(tmp_path)
    told = CliRunner().invoke(bank_house_command, ["--folder", str(tmp_path), "--rotate"])
    after = load_or_make(tmp_path)

    assert told.exit_code == 0
    assert after.line == before.line
    assert after.calls[1:] == before.calls[:1]
    assert after.call_secrets("ICBC")[1] == before.call_secrets("ICBC")[0]
    assert after.call_secrets("ICBC") != after.call_secrets("CCB")
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert before.line not in repr(before)


def test_books_outlive_their_house(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    sent = house.send(order(), at=AT)
    house.tell(Told(AT, [], "http://x", ["CCB"]))
    again = House(Books(tmp_path / "books.sqlite"), seed="2")

    assert again.query(order(), at=AT) == sent == Reply(ReplyKind.CODE, "00", 500)
    assert again.callbacks_to == "http://x"
    assert again.standing(AT).at == AT
    assert again.query(order(bank="CCB"), at=AT) == Reply(ReplyKind.NOT_FOUND)


def test_a_reference_told_again_moves_money_where_references_are_not_compared(
    tmp_path: Path,
) -> None:
    house = house_of(tmp_path)
    for _ in range(3):
        assert house.send(order(1), at=AT) == Reply(ReplyKind.CODE, "00", 500)
    assert len(house.executions(until=AT)) == 1
    house.tell(Told(AT, [], "", ["ABC"]))
    for _ in range(2):
        assert house.send(order(2), at=AT) == Reply(ReplyKind.CODE, "00", 500)
    assert len(house.executions(until=AT)) == 3


def test_time_goes_forward_only(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    house.tell(Told(AT + timedelta(hours=1)))
    house.tell(Told(AT))
    assert house.standing(AT).at == AT + timedelta(hours=1)


def test_a_call_is_made_again_until_it_is_heard(tmp_path: Path) -> None:
    keys = load_or_make(tmp_path)
    house = silent_house(tmp_path)
    with bad_bank() as receiver:
        statuses = iter([500, 400, 302, 200])
        receiver.says = lambda _: answer(next(statuses), b"")
        host, port = receiver.place
        caller = Caller(house, keys=lambda: keys)
        house.tell(Told(AT + timedelta(seconds=89), [], f"http://{host}:{port}"))
        caller.settle(patience_s=PATIENCE_S)
        assert receiver.requests == []
        house.tell(Told(AT + timedelta(seconds=90), [], f"http://{host}:{port}"))
        assert house.standing(AT).unheard == 1
        caller.settle(patience_s=PATIENCE_S)
        told = list(receiver.requests)

    assert house.standing(AT).unheard == 0
    assert len(told) == 4
    assert len({each.partition(b"\r\n\r\n")[2] for each in told}) == 1
    assert all(each.startswith(b"POST /v1/bank-callbacks/ABC ") for each in told)


def test_where_nobody_listens_a_call_waits(tmp_path: Path) -> None:
    keys = load_or_make(tmp_path)
    house = silent_house(tmp_path)
    caller = Caller(house, keys=lambda: keys)
    for to in ("", "http://127.0.0.1:1"):
        house.tell(Told(AT + timedelta(days=1), [], to))
        caller.settle(patience_s=0)
        assert house.standing(AT).unheard == 1
