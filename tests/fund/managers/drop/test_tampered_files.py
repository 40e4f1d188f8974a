"""Whatever comes in files is taken in whole and as it was meant, or set aside whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.fund.managers.drop.drop_folder import DropFolderManager, Wiring
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.fund.managers.drop.folder import Folder
from huoqi.fund.managers.drop.table import FileFilter, list_files
from huoqi.fund.managers.port import FundDayReport, NotReady, Register
from huoqi.kit.clock import TableClock
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database
from tests.close.world import FUND, SHARDS
from tests.fund.managers.drop import written
from tests.fund.managers.drop.meeting import US

FIRST_ON = date(2015, 5, 11)


@dataclass
class Post:
    """A manager over a folder without an agent; each try has a day of its own."""

    database: Database
    manager: DropFolderManager
    folder: Folder
    days: "count[int]"

    def next_day(self) -> date:
        """Return a day of which nothing has come; the clock stands at half past one after it."""
        on = FIRST_ON + timedelta(days=next(self.days))
        at = shanghai_at(on + timedelta(days=1), hour=1, minute=30)
        with self.database.work(while_advancing=True) as work:
            work.run("UPDATE business_clock SET at = %s", (at,))
        return on

    def ask(self, on: date) -> tuple[object, object]:
        at = shanghai_at(on + timedelta(days=1), hour=1, minute=30)
        return (
            self.manager.income(fund=FUND, on=on, at=at),
            self.manager.register(fund=FUND, on=on, at=at),
        )

    def rows(self, on: date) -> list[ManagerFileRow]:
        with self.database.work(while_advancing=True) as work:
            return list(list_files(work, FileFilter(day=on), limit=50))

    def clear(self) -> None:
        """Take away what a try left."""
        for path in self.folder.inbox.iterdir():
            path.unlink()


@pytest.fixture(scope="module")
def post(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    database = Database(database_dsn, clock=TableClock(), size=2)
    folder = Folder(tmp_path_factory.mktemp("folder"), patience_ms=0)
    wiring = Wiring(
        folder=folder,
        parties=US,
        shards=SHARDS,
        people=lambda _work, _numbers: {},
        funds=lambda: {FUND},
        calendar=lambda: None,  # type: ignore[arg-type, return-value]
    )
    yield Post(database, DropFolderManager(database, wiring), folder, count())
    database.close()


def sent(post: Post, on: date, changed: dict[str, bytes]) -> None:
    """Hand over a day's files, some of them changed, and their index."""
    data = written.files(on) | changed
    name, content = written.index(on, list(written.files(on)))
    written.put(post.folder, data | {name: content})


def good(post: Post, on: date) -> None:
    report, register = post.ask(on)
    assert isinstance(report, FundDayReport)
    assert (report.total_units_e2, report.total_income_fen) == (written.U_E2, written.F_FEN)
    assert isinstance(register, Register)
    assert register.units_e2 == [units + income for _, units, income in written.HOLDERS]
    assert register.record_nos == [1, 2, 3]


def nothing(post: Post, on: date) -> None:
    """See that a day has no figures, and that nothing of it counts."""
    assert post.ask(on) == (NotReady(), NotReady())


def test_files_as_they_should_be_are_the_days_figures(post: Post) -> None:
    on = post.next_day()
    sent(post, on, {})

    good(post, on)
    assert not written.left_in(post.folder.inbox)


def test_without_its_index_a_batch_does_not_count(post: Post) -> None:
    on = post.next_day()
    name, content = written.index(on, list(written.files(on)))
    written.put(post.folder, written.files(on))

    nothing(post, on)
    assert written.left_in(post.folder.inbox) == sorted(written.files(on))
    assert {row.state for row in post.rows(on)} == {"late"}
    written.put(post.folder, {name: content})
    good(post, on)


def test_a_file_that_the_index_names_and_that_is_not_there_is_asked_for(post: Post) -> None:
    on = post.next_day()
    data = written.files(on)
    *there, missing = data
    name, content = written.index(on, list(data))
    written.put(post.folder, {each: data[each] for each in there} | {name: content})

    nothing(post, on)
    (row,) = [row for row in post.rows(on) if row.state == "late"]
    assert (row.name, row.code) == (missing, "ofd.file_missing")
    nothing(post, on)
    pulls = [path for path in post.folder.outbox.glob("PULL_*") if row.file_type in path.name]
    assert [path.read_text(encoding="ascii").strip() for path in pulls][-1] == missing

    name, content = written.index(on, [missing], batch_no=2)
    written.put(post.folder, {missing: written.files(on, batch_no=2)[missing], name: content})
    good(post, on)


def test_a_number_that_was_used_before_is_refused(post: Post) -> None:
    on = post.next_day()
    sent(post, on, {})
    good(post, on)
    name = next(iter(written.files(on)))
    index, content = written.index(on, [name])
    other = written.files(on)[name].replace(b"00132010", b"00132020")
    written.put(post.folder, {name: other, index: content})

    good(post, on)
    assert "manager_file.sequence" in {row.code for row in post.rows(on)}


def test_a_day_that_is_over_takes_no_other_figures(post: Post) -> None:
    before_on = post.next_day()
    sent(post, before_on, {})
    good(post, before_on)
    on = post.next_day()
    sent(post, on, {})
    good(post, on)
    index, content = written.index(before_on, list(written.files(before_on)), batch_no=2)
    written.put(post.folder, written.files(before_on, batch_no=2) | {index: content})

    good(post, on)
    good(post, before_on)
    late = [row for row in post.rows(before_on) if row.batch_no == 2]
    assert {(row.state, row.code) for row in late} == {("refused", "ofd.wrong_date")}


def test_a_batch_of_a_day_that_has_not_come_is_refused(post: Post) -> None:
    on = post.next_day()
    ahead = on + timedelta(days=30)
    sent(post, ahead, {})

    nothing(post, on)
    assert {(row.state, row.code) for row in post.rows(ahead)} >= {("refused", "ofd.wrong_date")}
    assert not written.left_in(post.folder.inbox)


@settings(max_examples=25)
@given(
    place=st.integers(0, 3),
    at=st.integers(0, 2**32),
    how=st.sampled_from(["byte", "cut", "end", "again", "foreign", "yesterday", "count"]),
    octet=st.integers(0, 255),
    length=st.integers(1, 400),
)
def test_whatever_is_changed_is_told_or_means_the_same(
    post: Post, place: int, at: int, how: str, octet: int, length: int
) -> None:
    on = post.next_day()
    data = written.files(on)
    index, content = written.index(on, list(data))
    data |= {index: content}
    name = sorted(data)[place]
    data[name] = changed(data[name], how=how, at=at, octet=octet, length=length)
    written.put(post.folder, data)

    report, register = post.ask(on)
    if isinstance(report, FundDayReport):
        good(post, on)
    else:
        assert (report, register) == (NotReady(), NotReady())
        assert [row for row in post.rows(on) if row.state in {"refused", "late"}]
    for row in post.rows(on):
        if row.state in {"accepted", "refused"}:
            assert (post.folder.root / row.place).stat().st_size == row.size_bytes
    post.clear()
    index, content = written.index(on, list(written.files(on)), batch_no=2)
    written.put(post.folder, written.files(on, batch_no=2) | {index: content})
    good(post, on)


def changed(data: bytes, *, how: str, at: int, octet: int, length: int) -> bytes:
    """Return a file's bytes, damaged in one way."""
    at %= len(data)
    if how == "byte":
        return data[:at] + bytes([octet]) + data[at + 1 :]
    if how == "cut":
        return data[:at] + data[at + length :]
    if how == "end":
        return data[:at]
    if how == "again":
        return data[:at] + data[max(0, at - length) : at] + data[at:]
    if how == "foreign":
        return data.replace(b"H0       ", b"H1       ", 1)
    if how == "yesterday":
        return data.replace(b"\r\n2015", b"\r\n2014", 1)
    return data.replace(b"\r\n00000003\r\n", b"\r\n00000002\r\n", 1)
