"""Lists keep the port's promises; a file is read anew when it changes, and a bad one is refused."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.customers.authorities.port import Answer, Question
from huoqi.customers.authorities.simulated import SimulatedAuthority
from huoqi.customers.rules.screening import Hit
from huoqi.customers.watch_lists.file import FileList, ListMalformed, parse_list
from huoqi.customers.watch_lists.screened import ScreenedAuthority
from huoqi.customers.watch_lists.simulated import BORN, PEOPLE, SimulatedList

HEAD = "entry,names,birth_on,national_ids\n"
NOW = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)


def _hits(found: FileList, name: str) -> list[Hit]:
    return found.index().hits(name=name, national_id="", birth_on=BORN)


def _write(path: Path, text: str, *, at: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(at, at))


def test_the_simulated_list_knows_its_people_and_keeps_its_name() -> None:
    listed = SimulatedList()
    for person in PEOPLE:
        (hit,) = listed.index().hits(name=person.names[0], national_id="", birth_on=BORN)
        assert hit.entry == person.entry
    assert listed.version() == SimulatedList().version()


def test_a_file_is_read_again_when_it_changed_and_a_bad_one_leaves_the_last(
    tmp_path: Path,
) -> None:
    path = tmp_path / "list.csv"
    _write(path, HEAD + "A-1,司徒不存|SITU BUCUN,1971-03-04,\n", at=1)
    found = FileList(path)
    first = found.version()
    assert [hit.entry for hit in _hits(found, "司徒不存")] == ["A-1"]

    _write(path, HEAD + "A-2,欧阳虚构,,110105197103042318\n", at=2)
    assert _hits(found, "司徒不存") == []
    assert found.version() != first
    second = found.version()

    _write(path, HEAD + "A-3,,,\n", at=3)
    assert found.version() == second
    path.unlink()
    assert [hit.entry for hit in _hits(found, "欧阳虚构")] == ["A-2"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "header"),
        ("a,b\n", 1, "header"),
        (HEAD, 1, "empty"),
        (HEAD + "A-1,x\n", 2, "columns"),
        (HEAD + " ,x,,\n", 2, "columns"),
        (HEAD + "A-1,x,1971-13-01,\n", 2, "birth_on"),
        (HEAD + "A-1,,,\n", 2, "nobody"),
        (HEAD + "A-1,x,,\nA-1,y,,\n", 3, "entry_twice"),
        (HEAD + 'A-1,"x,,\n', 2, "csv"),
    ],
)
def test_what_is_no_list_is_refused_by_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(ListMalformed) as refused:
        parse_list(text)
    assert refused.value.params == {"line": line, "reason": reason}


@given(text=st.text(max_size=200))
def test_any_text_is_a_list_or_refused(text: str) -> None:
    try:
        found = parse_list(HEAD + text)
    except ListMalformed:
        return
    assert all(each.entry for each in found)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ListMalformed):
        FileList(path)


@pytest.mark.parametrize(
    ("name", "number", "answer"),
    [
        ("欧阳虚构", "110105197103040019", Answer.REVIEW),
        ("王小明", "110105197103040019", Answer.MATCH),
        ("欧阳虚构", "110105199003074042", Answer.NOT_FOUND),
    ],
)
def test_only_whom_the_authority_knows_is_held_against_the_list(
    name: str, number: str, answer: Answer
) -> None:
    authority = ScreenedAuthority(SimulatedAuthority(), SimulatedList())
    assert authority.check(Question(name, number, NOW, NOW)) is answer


def test_a_birth_date_of_the_list_is_a_date() -> None:
    (listed,) = parse_list(HEAD + "A-1,x,1971-03-04,\n")
    assert listed.birth_on == date(1971, 3, 4)
