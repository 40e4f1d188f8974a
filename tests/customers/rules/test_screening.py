"""Screening by rule: which persons are hits, how sure, and that near names are all found."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.customers.rules.screening import Grade, Hit, Index, Listed, name_key

BORN = date(1971, 3, 4)
OTHER = date(1980, 1, 1)
ID = "110105197103042318"
LIST = (
    Listed("S-1", ("司徒不存", "SITU Bucun"), BORN, (ID,)),
    Listed("S-2", ("Nemo Nobodyson",), None),
    Listed("S-3", ("Maximilian Fictitious", "Fictitious, Maximilian"), BORN),
)
INDEX = Index(LIST)
LETTERS = st.text("abcde", min_size=8, max_size=10)


def _hits(name: str, *, national_id: str = "", birth_on: date = OTHER) -> list[Hit]:
    return INDEX.hits(name=name, national_id=national_id, birth_on=birth_on)


@pytest.mark.parametrize(
    ("name", "birth_on", "hits"),
    [
        ("司徒不存", BORN, [Hit("S-1", Grade.NAME_AND_BIRTH)]),
        ("司徒不存", OTHER, []),
        ("bucun situ", BORN, [Hit("S-1", Grade.NAME_AND_BIRTH)]),
        ("Nemo Nobodyson", OTHER, [Hit("S-2", Grade.NAME)]),
        ("Maximilian Fictitous", BORN, [Hit("S-3", Grade.NEAR_NAME_AND_BIRTH)]),
        ("Maximilian Fictitious", BORN, [Hit("S-3", Grade.NAME_AND_BIRTH)]),
        ("Maxmiilian Fictitious", BORN, [Hit("S-3", Grade.NEAR_NAME_AND_BIRTH)]),
        ("Maximilian Fictitious", OTHER, []),
        ("Maximilian Factitiuos", BORN, []),
        ("Somebody Else", BORN, []),
        ("", BORN, []),
    ],
)
def test_a_person_is_a_hit_by_name_and_birth(name: str, birth_on: date, hits: list[Hit]) -> None:
    assert _hits(name, birth_on=birth_on) == hits


def test_a_national_id_is_a_hit_whatever_the_name_and_the_surest_grade_counts() -> None:
    assert _hits("王小明", national_id=ID) == [Hit("S-1", Grade.ID)]
    assert _hits("司徒不存", national_id=ID, birth_on=BORN) == [Hit("S-1", Grade.ID)]


def test_an_id_with_a_letter_is_found_in_either_case() -> None:
    index = Index([Listed("S-9", (), None, ("11010519491231002x",))])
    found = index.hits(name="", national_id="11010519491231002X", birth_on=OTHER)
    assert found == [Hit("S-9", Grade.ID)]


def test_hits_come_surest_first() -> None:
    index = Index([Listed("B", ("Nemo Nobodyson",)), Listed("A", ("Nemo Nobodyson",), OTHER)])
    found = index.hits(name="Nobodyson Nemo", national_id="", birth_on=OTHER)
    assert [hit.grade for hit in found] == [Grade.NAME_AND_BIRTH, Grade.NAME]


@pytest.mark.parametrize(
    ("one", "other"),
    [("José Núñez", "jose nunez"), ("Anne-Marie", "ANNE MARIE"), ("阿里·木拉提", "木拉提 阿里")],
)
def test_spellings_of_one_name_share_their_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def _edits(word: str) -> set[str]:
    """Return every word that one edit makes of a word, as slowly as can be."""
    letters = "abcde"
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    less = {head + tail[1:] for head, tail in splits if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    others = {head + letter + tail[1:] for head, tail in splits if tail for letter in letters}
    more = {head + letter + tail for head, tail in splits for letter in letters}
    return less | swapped | others | more


@given(listed=LETTERS, asked=LETTERS)
def test_near_names_are_those_that_one_edit_makes(listed: str, asked: str) -> None:
    index = Index([Listed("N", (listed,), BORN)])
    found = bool(index.hits(name=asked, national_id="", birth_on=BORN))
    assert found is (asked == listed or asked in _edits(listed))


@given(word=LETTERS, data=st.data())
def test_every_edit_of_a_long_name_is_found(word: str, data: st.DataObject) -> None:
    asked = data.draw(st.sampled_from(sorted(_edits(word))))
    if len(asked) < 8:
        return
    index = Index([Listed("N", (word,), BORN)])
    assert index.hits(name=asked, national_id="", birth_on=BORN)
