"""The house in a folder: killed at any moment it does each order once, and answers it."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from huoqi.payments.banks.drop.folder import CLOCK, Folder, clock_text, write_whole
from huoqi.payments.banks.drop.words import Asked, render_questions
from huoqi.payments.banks.port import CardAnswer, CardCheck, CheckAnswer
from huoqi.payments.formats.orders import OrderFile, PaymentOrder, read_statuses
from huoqi.payments.formats.sources import FileSource
from huoqi.payments.formats.writing import render_orders
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.sandbox.bank_house.books_store import Books
from huoqi.sandbox.bank_house.fronts.files import FilesFront
from huoqi.sandbox.bank_house.house import House

AT = datetime(2015, 5, 11, 1, tzinfo=UTC)
CARD = UUID(int=7)
ORDERS = [PaymentOrder(f"HQ{n:032x}", 100 + n, CARD.hex, "standard") for n in range(3)]
FILE = OrderFile(
    message_id="F" * 32,
    created_at=AT,
    direction=Direction.PAYOUT,
    bank="ICBC",
    account="622200100001",
    execute_on=AT.date(),
    orders=ORDERS,
)
NAME = f"ICBC_PAIN001_{'F' * 32}.XML"


class Killed(BaseException):
    """The process is gone, at this moment."""


class Mortal(House):
    """A house that dies at its so manieth send or question."""

    dies_at = -1
    done = 0

    def send(self, *args: object, **facts: object) -> object:  # type: ignore[override]
        said = super().send(*args, **facts)  # type: ignore[arg-type]
        self._live()
        return said

    def _live(self) -> None:
        self.done += 1
        if self.done == self.dies_at:
            raise Killed


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    found = Folder(tmp_path)
    found.make()
    (tmp_path / "house" / "taken").mkdir(parents=True)
    return found


def house_in(folder: Folder, *, dies_at: int = -1) -> tuple[Mortal, Books, FilesFront]:
    books = Books(folder.root / "books.sqlite")
    house = Mortal(books, seed="1")
    house.dies_at = dies_at
    return house, books, FilesFront(house, folder)


def tell(folder: Folder) -> None:
    (folder.to_bank / CLOCK).write_text(clock_text(AT), encoding="ascii")


def prepared(folder: Folder) -> None:
    house, books, _ = house_in(folder)
    check = CardCheck(CARD, "ICBC", "6222020000000180000", "n", "i", "m")
    assert house.check_card(check, at=AT) == CardAnswer(CheckAnswer.MATCHED)
    books.close()
    write_whole(folder.to_bank / NAME, render_orders(FILE))
    tell(folder)


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_killed_among_orders_each_is_done_once_and_answered(folder: Folder, dies_at: int) -> None:
    prepared(folder)
    _, books, front = house_in(folder, dies_at=dies_at)
    with pytest.raises(Killed):
        front.look()
    books.close()

    house, books, front = house_in(folder)
    assert front.look()

    moved = [(e.bank_ref, e.amount_fen) for e in house.executions(until=AT)]
    assert sorted(moved) == [(order.bank_ref, order.amount_fen) for order in ORDERS]
    answer = read_statuses(FileSource(folder.from_bank / NAME.replace("PAIN001", "PAIN002")))
    assert [(s.status, s.amount_fen) for s in answer.statuses] == [
        ("ACSC", order.amount_fen) for order in ORDERS
    ]
    assert (folder.from_bank / f"ACK_{NAME[:-4]}.TXT").exists()
    assert not list((folder.root / "house" / "taken").iterdir())
    books.close()


def test_orders_that_cannot_be_read_are_refused_whole(folder: Folder) -> None:
    prepared(folder)
    path = folder.to_bank / NAME
    path.write_bytes(path.read_bytes().replace(b"<NbOfTxs>3<", b"<NbOfTxs>4<"))
    house, books, front = house_in(folder)

    assert front.look()

    assert "pain.totals_differ" in (folder.from_bank / f"NAK_{NAME[:-4]}.TXT").read_text("ascii")
    assert not house.executions(until=AT)
    books.close()


def test_questions_are_answered_and_others_refused(folder: Folder) -> None:
    prepared(folder)
    _, books, front = house_in(folder)
    front.look()
    asked = [Asked(ORDERS[0].bank_ref, 1, "standard"), Asked("HQ9", 1, "standard")]
    write_whole(folder.to_bank / "ICBC_ASK_A.CSV", render_questions(asked))
    for name in ("ICBC_ASK_B.CSV", "ICBC_CHECK_XYZ.JSON", "ICBC_PULL_X.TXT", "README.md"):
        write_whole(folder.to_bank / name, b"\xff")
    tell(folder)

    assert front.look()

    answer = read_statuses(FileSource(folder.from_bank / "ICBC_PAIN002_A.XML"))
    assert [status.status for status in answer.statuses] == ["ACSC", "NFND"]
    assert (folder.from_bank / "NAK_ICBC_ASK_B.TXT").exists()
    assert (folder.from_bank / "NAK_ICBC_PULL_X.TXT").exists()
    books.close()


@pytest.mark.parametrize("said", ["", "yesterday\n", "2015-05-11T09:00:00\n"])
def test_what_is_no_instant_is_not_heard(folder: Folder, said: str) -> None:
    (folder.to_bank / CLOCK).write_text(said, encoding="ascii")
    _, books, front = house_in(folder)

    assert not front.look()
    books.close()
