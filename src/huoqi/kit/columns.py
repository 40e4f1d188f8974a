"""Lists as parameters of statements: a column of one type becomes an array in one go.

psycopg asks a dumper for each element of a list, which was a quarter of what a batch cost the
program. Columns of the plain types below are written here; every other list goes its way.
"""

import struct
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import DataError, adapters
from psycopg.abc import Buffer, DumperKey
from psycopg.adapt import PyFormat
from psycopg.pq import Format
from psycopg.types.array import ListDumper

Column = list[Any]  # its elements' type is looked up below
_HEAD = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)
_UUID_PREFIX = 16 << 128


class _Form(NamedTuple):
    """How columns of a type are sent; oid 0 lets the statement decide the type."""

    array_oid: int
    format: Format
    write: Callable[[Column], bytes]


def _ints(column: Column) -> bytes:
    text = repr(column)[1:-1]
    return f"{{{text.replace('None', 'NULL')}}}".encode()


def _gaps(column: Column) -> bytes:
    return b"{%s}" % b",".join([b"NULL"] * len(column))


def _bools(column: Column) -> bytes:
    return b"{%s}" % b",".join([b"NULL" if v is None else b"t" if v else b"f" for v in column])


def _moments(column: Column) -> bytes:
    # Most are the same in a whole batch: each is written once.
    texts = {value: "NULL" if value is None else f'"{value}"' for value in set(column)}
    return f"{{{','.join([texts[value] for value in column])}}}".encode()


def _texts(column: Column) -> bytes:
    quoted = {value: "NULL" if value is None else _quoted(value) for value in set(column)}
    text = ",".join([quoted[value] for value in column])
    if "\0" in text:
        raise DataError("a text with a NUL character")
    return f"{{{text}}}".encode()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _uuids(column: Column) -> bytes:
    # One number holds the length, 16, and the id after it.
    return b"".join([
        _NULL if v is None else (_UUID_PREFIX | v.int).to_bytes(20, "big") for v in column
    ])


def _bytes(column: Column) -> bytes:
    return b"".join([_NULL if v is None else _LENGTH.pack(len(v)) + v for v in column])


def _binary(column: Column, *, oid: int, write: Callable[[Column], bytes]) -> bytes:
    # The flag only says that there may be gaps.
    return _HEAD.pack(1, 1, oid, len(column), 1) + write(column)


_FORMS = {
    type(None): _Form(0, Format.TEXT, _gaps),
    int: _Form(0, Format.TEXT, _ints),
    str: _Form(0, Format.TEXT, _texts),
    bool: _Form(1000, Format.TEXT, _bools),
    date: _Form(1182, Format.TEXT, _moments),
    datetime: _Form(1185, Format.TEXT, _moments),
    UUID: _Form(2951, Format.BINARY, partial(_binary, oid=2950, write=_uuids)),
    bytes: _Form(1001, Format.BINARY, partial(_binary, oid=17, write=_bytes)),
}


def form_of(column: Column) -> type | None:
    """Return the type whose form a column is written in, None if psycopg has to see to it.

    >>> form_of([1, None, 2]), form_of([1, "2"]), form_of([None])
    (<class 'int'>, None, <class 'NoneType'>)
    """
    kinds = set(map(type, column))
    if len(kinds) == 2:
        kinds.discard(type(None))
    if len(kinds) != 1:
        return None
    kind: type = kinds.pop()
    if kind is datetime and any(value is not None and value.tzinfo is None for value in column):
        return None
    return kind if kind in _FORMS else None


class _ColumnDumper(ListDumper):
    """Chooses the form of a list; stays a ListDumper for those that have none here."""

    def get_key(self, obj: Column, format: PyFormat) -> DumperKey:  # noqa: A002
        kind = form_of(obj)
        return super().get_key(obj, format) if kind is None else (_ColumnDumper, kind)

    def upgrade(self, obj: Column, format: PyFormat) -> ListDumper:  # noqa: A002
        kind = form_of(obj)
        if kind is not None:
            return _FormDumper(kind)
        plain: ListDumper = super().upgrade(obj, format)  # type: ignore[assignment] # psycopg says its base
        return plain


class _FormDumper(ListDumper):
    """Writes columns of one type."""

    def __init__(self, kind: type) -> None:
        super().__init__(list, None)
        form = _FORMS[kind]
        self.oid, self.format, self._write = form.array_oid, form.format, form.write

    def dump(self, obj: Column) -> Buffer:
        return self._write(obj)


adapters.register_dumper(list, _ColumnDumper)
