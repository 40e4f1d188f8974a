"""A batch waits, in the same bytes, until the agent acknowledged exactly these."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.managers.drop.drop_folder import DropFolderManager, Wiring
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.drop.folder import Folder
from huoqi.fund.managers.drop.table import FileFilter, list_files
from huoqi.fund.managers.port import Ack, ManagerDown, ManagerOrder, ManagerSide
from huoqi.kit.clock import TableClock
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database
from tests.close.world import FUND, MONDAY, SHARDS
from tests.fund.managers.drop.meeting import US

AT = shanghai_at(MONDAY, hour=15, minute=5)
INDEX = "OFI_H0_99_20150511.TXT"
NAME = "OFD_H0_99_20150511_03.TXT"


@dataclass
class Outbox:
    """A manager over a folder in which only we write, and the test as the agent."""

    database: Database
    manager: DropFolderManager
    folder: Folder

    def submit(self, count: int = 2) -> Ack | ManagerDown:
        return self.manager.submit(orders(count), fund=FUND, t_day=MONDAY, at=AT)

    @property
    def data(self) -> bytes:
        return (self.folder.outbox / NAME).read_bytes()

    def rows(self) -> list[ManagerFileRow]:
        with self.database.work(while_advancing=True) as work:
            rows = list_files(work, FileFilter(), limit=50)
        return sorted((row for row in rows if row.direction == "out"), key=lambda r: r.batch_no)

    def take(self) -> None:
        for path in self.folder.outbox.glob("OF*"):
            path.unlink()

    def answer(self, text: str, *, mark: str = "ACK", index: str = INDEX) -> None:
        name = f"{mark}_{index.removesuffix('.TXT')}.TXT"
        (self.folder.inbox / name).write_text(text, encoding="ascii")


def orders(count: int) -> list[ManagerOrder]:
    return [
        ManagerOrder(
            UUID(int=number), FUND, ManagerSide.PURCHASE, 100 + number, 10_000, 10_000, MONDAY, AT
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def outbox(dsn: str, tmp_path: Path) -> Iterator[Outbox]:
    database = Database(dsn, clock=TableClock(), size=2)
    folder = Folder(tmp_path, patience_ms=0)
    wiring = Wiring(folder, US, SHARDS, lambda _work, _numbers: {}, lambda: {FUND}, xshg)
    yield Outbox(database, DropFolderManager(database, wiring), folder)
    database.close()


def test_a_batch_that_nobody_acknowledged_is_told_again_in_the_same_bytes(outbox: Outbox) -> None:
    assert outbox.submit() == ManagerDown()
    before = outbox.data
    outbox.take()

    assert outbox.submit() == ManagerDown()
    assert outbox.data == before
    assert (outbox.folder.outbox / INDEX).exists()
    outbox.answer(f"{NAME} {sha256(before).hexdigest()} 2\n")
    assert outbox.submit() == Ack(2)
    assert [(row.state, row.batch_no) for row in outbox.rows()] == [("acknowledged", 1)]
    outbox.take()
    assert outbox.submit() == Ack(2), "told and acknowledged is not told again"
    assert not list(outbox.folder.outbox.glob("OF*"))


def test_other_bytes_acknowledged_are_no_acknowledgement(outbox: Outbox) -> None:
    outbox.submit()
    outbox.answer(f"{NAME} {'0' * 64} 2\n")

    assert outbox.submit() == ManagerDown()
    assert [(row.state, row.code) for row in outbox.rows()] == [
        ("sent", "manager_file.ack_differs")
    ]
    outbox.answer(f"{NAME} {sha256(outbox.data).hexdigest()} 2\n")
    assert outbox.submit() == Ack(2)
    assert outbox.rows()[0].code == ""


@pytest.mark.parametrize("said", ["", "\x00 \n", "no such file\n", f"{NAME}\n", "é" * 9])
def test_an_answer_that_cannot_be_read_is_none(outbox: Outbox, said: str) -> None:
    outbox.submit()
    path = outbox.folder.inbox / f"ACK_{INDEX}"
    path.write_bytes(said.encode())

    assert outbox.submit() == ManagerDown()


def test_a_refused_batch_says_with_which_code(outbox: Outbox) -> None:
    outbox.submit()
    outbox.answer(f"{NAME} ta.closed 7\n", mark="NAK")

    assert outbox.submit() == ManagerDown()
    (row,) = outbox.rows()
    assert (row.state, row.code) == ("sent", "manager_file.refused_by_agent")
    assert row.facts["agent_code"] == "ta.closed"


def test_an_order_more_makes_a_batch_more_that_never_covers_one_that_waits(outbox: Outbox) -> None:
    outbox.submit(2)
    first = outbox.data

    assert outbox.submit(3) == ManagerDown()
    assert outbox.data == first
    outbox.take()
    outbox.answer(f"{NAME} {sha256(first).hexdigest()} 2\n")
    assert outbox.submit(3) == ManagerDown()
    second = outbox.data
    assert second != first
    outbox.answer(
        f"{NAME} {sha256(second).hexdigest()} 1\n", index=INDEX.replace(".TXT", "_002.TXT")
    )
    assert outbox.submit(3) == Ack(3)
    assert [(row.batch_no, row.record_count) for row in outbox.rows()] == [(1, 2), (2, 1)]
