"""The field dictionary: which fields the records of each type have, and how wide each is.

A dictionary is a text: a first line ``ofd-dictionary,<version>``, notes after ``#``, a heading and
one field a line, in the order of the record. What is not in it is refused, never guessed.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from huoqi.fund.ofd.rules.places import OfdRefused

MARK = "ofd-dictionary"
HEADING = ("file_type", "name", "kind", "width", "decimals", "sign_flag", "is_private")
#: Digits that fit in 64 bits whatever they are.
NUMBER_WIDTH_MAX = 18
#: What a file says of itself, and whose dictionary and widths it means.
SAME_AS = {"20": "21"}


class DictionaryMalformed(OfdRefused):
    """The dictionary of fields is not of the documented form."""

    code: ClassVar[str] = "ofd.dictionary_malformed"


class VersionUnknown(OfdRefused):
    """No dictionary is loaded for the version that the file names."""

    code: ClassVar[str] = "ofd.version_unknown"


class Kind(StrEnum):
    """How a field is written."""

    DIGITS = "A"
    TEXT = "C"
    NUMBER = "N"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name, how it is written, its width in bytes, its implied decimals.

    ``sign_flag`` names the field that says whether the number is below zero; ``is_private`` marks
    what tells something of a person, for whoever shows records.
    """

    name: str
    kind: Kind
    width: int
    decimals: int = 0
    sign_flag: str | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class RecordType:
    """The records of one file type: their fields, in the order in which we write them."""

    code: str
    fields: tuple[Field, ...]

    @property
    def width(self) -> int:
        """Return the bytes of a record without its line end."""
        return sum(field.width for field in self.fields)

    def named(self) -> dict[str, Field]:
        """Return the fields by their names in lower case; names are compared so."""
        return {field.name.lower(): field for field in self.fields}


@dataclass(frozen=True, slots=True)
class Envelope:
    """The widths of the lines around the records, which a version fixes."""

    version: int
    party: int
    summary_no: int
    file_type: int
    agent: int
    field_count: int
    record_count: int
    file_count: int


ENVELOPES = {
    "21": Envelope(
        version=4,
        party=9,
        summary_no=3,
        file_type=2,
        agent=8,
        field_count=3,
        record_count=8,
        file_count=3,
    ),
    "22": Envelope(
        version=8,
        party=20,
        summary_no=8,
        file_type=8,
        agent=8,
        field_count=8,
        record_count=16,
        file_count=8,
    ),
}


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The record types of one version."""

    version: str
    types: Mapping[str, RecordType]

    @property
    def envelope(self) -> Envelope:
        """Return the widths of the lines around the records."""
        return ENVELOPES[self.version]


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """The dictionaries that are loaded, by version."""

    by_version: Mapping[str, Dictionary]

    def of(self, version: str, *, file: str = "") -> Dictionary:
        """Return the dictionary of a version; 2.0 and 2.1 share one.

        Errors: VersionUnknown.
        """
        found = self.by_version.get(SAME_AS.get(version, version))
        if found is None:
            raise VersionUnknown(file=file, version=version)
        return found

    def extended_by(self, dictionary: Dictionary) -> "Dictionaries":
        """Return these and another one, which takes the place of one of its version."""
        return Dictionaries({**self.by_version, dictionary.version: dictionary})


def parse_dictionary(text: str, *, file: str = "") -> Dictionary:
    """Return the dictionary that a text holds.

    >>> lines = ["ofd-dictionary,22", ",".join(HEADING), "X1,Vol,N,16,2,,", "X1,Name,C,20,0,,1"]
    >>> parse_dictionary("\\n".join(lines)).types["X1"].width
    36
    """
    numbered = enumerate(text.splitlines(), start=1)
    lines = [(n, line) for n, line in numbered if line.strip() and not line.startswith("#")]
    if len(lines) < 2:
        raise DictionaryMalformed(file=file, reason="empty")
    version = _version(lines[0][1], file=file)
    if tuple(lines[1][1].split(",")) != HEADING:
        raise DictionaryMalformed(file=file, line=lines[1][0], reason="heading")
    fields: dict[str, list[Field]] = {}
    for number, file_type, field in _rows(lines[2:], file=file):
        known = fields.setdefault(file_type, [])
        if field.name.lower() in {other.name.lower() for other in known}:
            raise DictionaryMalformed(file=file, line=number, reason="name repeated")
        known.append(field)
    types = {code: RecordType(code, tuple(own)) for code, own in fields.items()}
    _require_flags(types, file=file)
    return Dictionary(version, types)


def _version(line: str, *, file: str) -> str:
    mark, _, version = line.partition(",")
    if mark != MARK or version not in ENVELOPES:
        raise DictionaryMalformed(file=file, line=1, reason="version")
    return version


def _rows(lines: list[tuple[int, str]], *, file: str) -> Iterator[tuple[int, str, Field]]:
    """Yield the line number, the file type and the field of every line."""
    for number, line in lines:
        cells = next(csv.reader([line]))
        if len(cells) != len(HEADING):
            raise DictionaryMalformed(file=file, line=number, reason="columns")
        file_type, name, kind, width, decimals, sign_flag, is_private = cells
        is_known = kind in set(Kind) and _is_name(name) and len(file_type) == 2
        if not (is_known and _is_count(width) and _is_count(decimals) and is_private in {"", "1"}):
            raise DictionaryMalformed(file=file, line=number, reason="cell")
        field = Field(
            name, Kind(kind), int(width), int(decimals), sign_flag or None, bool(is_private)
        )
        if not _is_possible(field):
            raise DictionaryMalformed(file=file, line=number, reason="width")
        yield number, file_type, field


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier()


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5


def _is_possible(field: Field) -> bool:
    """Tell whether the width can hold the field; only numbers have decimals and a sign."""
    if field.kind is Kind.NUMBER:
        return 0 < field.width <= NUMBER_WIDTH_MAX and field.decimals <= field.width
    return field.width > 0 and not field.decimals and field.sign_flag is None


def _require_flags(types: Mapping[str, RecordType], *, file: str) -> None:
    """Raise DictionaryMalformed where a sign flag is not a field of one byte of its record."""
    for record_type in types.values():
        single = {f.name for f in record_type.fields if f.width == 1 and f.kind is not Kind.NUMBER}
        flags = [f.sign_flag for f in record_type.fields if f.sign_flag is not None]
        if not single.issuperset(flags) or len(set(flags)) != len(flags):
            raise DictionaryMalformed(file=file, file_type=record_type.code, reason="sign flag")
