"""Whether a person is one of those on a list: by ID, by name and birth, by a name nearly the same.

A list names people in several spellings. Chinese names are short and shared by many, so a name
alone is a hit only where the list has no birth date; Latin names may also differ by one letter.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_NEAR_LETTERS = 8  # shorter names differ from too many others by one letter


class Grade(StrEnum):
    """How sure a hit is, surest first."""

    ID = "id"
    NAME_AND_BIRTH = "name_and_birth"
    NEAR_NAME_AND_BIRTH = "near_name_and_birth"
    NAME = "name"


_RANK = {grade: place for place, grade in enumerate(Grade)}


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list. ``entry`` is the list's own name for it."""

    entry: str
    names: tuple[str, ...] = field(repr=False)
    birth_on: date | None = field(default=None, repr=False)
    national_ids: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A person may be the one of an entry."""

    entry: str
    grade: Grade


def name_key(name: str) -> str:
    """Return what two spellings of a name share: letters only, without case, words in order.

    >>> name_key("O\u2019Neil, Jané") == name_key("JANE ONEIL")
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = "".join(_kept(character) for character in plain).split()
    return " ".join(sorted(words))


def _kept(character: str) -> str:
    if character.isalnum():
        return character
    return " " if character.isspace() or character in "-\u00b7,." else ""


class Index:
    """A list ready to be asked about many people; answers within microseconds."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._by_id: dict[str, list[Listed]] = {}
        self._by_name: dict[str, list[Listed]] = {}
        self._near: dict[str, set[str]] = {}
        for each in listed:
            for number in each.national_ids:
                self._by_id.setdefault(number.upper(), []).append(each)
            for key in {name_key(name) for name in each.names} - {""}:
                self._by_name.setdefault(key, []).append(each)
                for variant in _less_a_letter(key):
                    self._near.setdefault(variant, set()).add(key)

    def hits(self, *, name: str, national_id: str, birth_on: date) -> list[Hit]:
        """Return the entries that a person may be, surest first; each with its surest grade."""
        best: dict[str, Grade] = {}
        for entry, grade in self._found(name_key(name), national_id.upper(), birth_on):
            known = best.get(entry)
            if known is None or _RANK[grade] < _RANK[known]:
                best[entry] = grade
        hits = [Hit(entry, grade) for entry, grade in best.items()]
        return sorted(hits, key=lambda hit: (_RANK[hit.grade], hit.entry))

    def _found(self, key: str, number: str, birth_on: date) -> Iterable[tuple[str, Grade]]:
        for each in self._by_id.get(number, ()):
            yield each.entry, Grade.ID
        for each in self._by_name.get(key, ()):
            if each.birth_on == birth_on:
                yield each.entry, Grade.NAME_AND_BIRTH
            elif each.birth_on is None:
                yield each.entry, Grade.NAME
        for near in self._near_to(key):
            for each in self._by_name[near]:
                if each.birth_on == birth_on:
                    yield each.entry, Grade.NEAR_NAME_AND_BIRTH

    def _near_to(self, key: str) -> set[str]:
        """Return keys of the list that differ from a name by one letter or two swapped ones."""
        variants = _less_a_letter(key)
        found = {other for variant in variants for other in self._near.get(variant, ())}
        return {other for other in found if other != key and _differs_by_one(key, other)}


def _less_a_letter(key: str) -> Sequence[str]:
    """Return a key and it without one of its letters; nothing for names that are too short."""
    if len(key) < _NEAR_LETTERS or not key.isascii():
        return ()
    return [key, *(key[:place] + key[place + 1 :] for place in range(len(key)))]


def _differs_by_one(one: str, other: str) -> bool:
    """Tell whether one letter more, less or otherwise, or two swapped, make one the other."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    if len(rest) == len(other_rest):
        swapped = rest[1:2] + rest[:1] + rest[2:]
        return rest[1:] == other_rest[1:] or swapped == other_rest
    return rest[1:] == other_rest or rest == other_rest[1:]
