"""Where the fields of a file's records stand: the header's own list decides, in its order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from huoqi.fund.ofd.rules.dictionary import Dictionaries, Field, Kind
from huoqi.fund.ofd.rules.headers import LINE_END, Header, HeaderMalformed
from huoqi.fund.ofd.rules.places import OfdRefused
from huoqi.fund.ofd.rules.values import SignMissing

NAME_LENGTH_MAX = 60


class TypeUnknown(OfdRefused):
    """The dictionary of this version has no such file type."""

    code: ClassVar[str] = "ofd.type_unknown"


class FieldUnknown(OfdRefused):
    """The dictionary has no such field for this file type."""

    code: ClassVar[str] = "ofd.field_unknown"


class FieldRepeated(OfdRefused):
    """The header lists a field twice."""

    code: ClassVar[str] = "ofd.field_repeated"


@dataclass(frozen=True, slots=True)
class Slot:
    """A field, the byte of the record at which it begins, and the byte of its sign flag if any."""

    field: Field
    at: int
    flag_at: int | None = None

    @property
    def until(self) -> int:
        """Return the byte after its last one."""
        return self.at + self.field.width


@dataclass(frozen=True, eq=False)
class Layout:
    """The fields of every record of one file, in order; each is its own, so that it hashes fast."""

    file_type: str
    slots: tuple[Slot, ...]

    @cached_property
    def width(self) -> int:
        """Return the bytes of a record without its line end."""
        return sum(slot.field.width for slot in self.slots)

    @property
    def stride(self) -> int:
        """Return the bytes from one record to the next."""
        return self.width + len(LINE_END)

    @cached_property
    def line_type(self) -> np.dtype[np.void]:
        """Return a record with its line end as numpy sees it: the bytes of each field by name."""
        return np.dtype({
            "names": [slot.field.name for slot in self.slots],
            "formats": [f"S{slot.field.width}" for slot in self.slots],
            "offsets": [slot.at for slot in self.slots],
            "itemsize": self.stride,
        })

    @cached_property
    def by_name(self) -> dict[str, Slot]:
        """Return the slots by their field's name, as the dictionary spells it."""
        return {slot.field.name: slot for slot in self.slots}

    @cached_property
    def signed_by(self) -> dict[str, str]:
        """Return the name of the number that each flag speaks of."""
        flags = {slot.field.sign_flag: slot.field.name for slot in self.slots}
        return {flag: name for flag, name in flags.items() if flag is not None}

    def chosen(self, names: Iterable[str] | None, *, file: str = "") -> tuple[Slot, ...]:
        """Return the slots of some fields in the order of the record; all if none are named.

        Errors: FieldUnknown.
        """
        if names is None:
            return self.slots
        wanted = set(names)
        for name in sorted(wanted - self.by_name.keys()):
            raise FieldUnknown(file=file, field=name, file_type=self.file_type)
        return tuple(slot for slot in self.slots if slot.field.name in wanted)


def layout_of(header: Header, *, dictionaries: Dictionaries, file: str = "") -> Layout:
    """Return where the fields stand in the records of a file with this header.

    Errors: VersionUnknown, TypeUnknown, HeaderMalformed without fields, FieldUnknown,
    FieldRepeated, SignMissing.
    """
    record_type = dictionaries.of(header.version, file=file).types.get(header.file_type)
    if record_type is None:
        raise TypeUnknown(file=file, file_type=header.file_type)
    if not header.fields:
        raise HeaderMalformed(file=file, item="field_count")
    known = record_type.named()
    fields: dict[str, Field] = {}
    for spelled in header.fields:
        name = spelled.rstrip(" ").lower()
        if name not in known:
            raise FieldUnknown(file=file, field=_shown(spelled), file_type=header.file_type)
        if name in fields:
            raise FieldRepeated(file=file, field=known[name].name)
        fields[name] = known[name]
    return Layout(header.file_type, _slots(list(fields.values()), file=file))


def _slots(fields: Sequence[Field], *, file: str) -> tuple[Slot, ...]:
    """Return the fields one behind the other, each signed number with the place of its flag."""
    starts: dict[str, int] = {}
    at = 0
    for field in fields:
        starts[field.name] = at
        at += field.width
    for field in fields:
        if field.sign_flag is not None and field.sign_flag not in starts:
            raise SignMissing(file=file, field=field.name)
    return tuple(
        Slot(field, starts[field.name], starts.get(field.sign_flag or "")) for field in fields
    )


def _shown(spelled: str) -> str:
    """Return a name from a file if it looks like one; a record taken for a name tells nothing."""
    name = spelled.rstrip(" ")
    return name if name.isidentifier() and len(name) <= NAME_LENGTH_MAX else ""


def all_fields(file_type: str, *, version: str, dictionaries: Dictionaries) -> tuple[str, ...]:
    """Return the names of every field of a type, in the order in which we write them.

    Errors: VersionUnknown, TypeUnknown.
    """
    record_type = dictionaries.of(version).types.get(file_type)
    if record_type is None:
        raise TypeUnknown(file_type=file_type)
    return tuple(field.name for field in record_type.fields)


def numbers_of(slots: Iterable[Slot]) -> list[Slot]:
    """Return the slots that hold numbers."""
    return [slot for slot in slots if slot.field.kind is Kind.NUMBER]


def texts_of(slots: Iterable[Slot]) -> list[Slot]:
    """Return the slots that hold digits or text."""
    return [slot for slot in slots if slot.field.kind is not Kind.NUMBER]
