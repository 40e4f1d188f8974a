"""PostgreSQL's binary arrays, packed and unpacked a column at a time.

psycopg turns a list into an array element by element in Python; a column of 8,000 integers packed
here costs a hundredth of that, which is most of what the client spends on a transfer.
"""

import struct
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

import numpy as np
import numpy.typing as npt
from psycopg import Connection, Cursor, adapters
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format

IntColumn = Sequence[int] | npt.NDArray[np.int64]
_HEADER = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)
_OF_16 = _LENGTH.pack(16)
_WIDTHS = {2: ">i2", 4: ">i4", 8: ">i8"}


class PackedArray:
    """A column in the wire form of an array; each subclass is one element type."""

    element_oid: ClassVar[int]
    array_oid: ClassVar[int]
    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


class Int2Array(PackedArray):
    """smallint[]."""

    element_oid, array_oid = 21, 1005


class Int4Array(PackedArray):
    """integer[]."""

    element_oid, array_oid = 23, 1007


class Int8Array(PackedArray):
    """bigint[]."""

    element_oid, array_oid = 20, 1016


class DateArray(PackedArray):
    """date[], from days since 2000-01-01."""

    element_oid, array_oid = 1082, 1182


class TimestampArray(PackedArray):
    """timestamptz[], from microseconds since 2000-01-01."""

    element_oid, array_oid = 1184, 1185


class UuidArray(PackedArray):
    """uuid[]."""

    element_oid, array_oid = 2950, 2951


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: PackedArray) -> Buffer:
        return obj.data


def _register(kind: type[PackedArray]) -> None:
    dumper = type(f"{kind.__name__}Dumper", (_PackedDumper,), {"oid": kind.array_oid})
    adapters.register_dumper(kind, dumper)


for _kind in (Int2Array, Int4Array, Int8Array, DateArray, TimestampArray, UuidArray):
    _register(_kind)


class _RawLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def raw_cursor(conn: Connection) -> Cursor[tuple[object, ...]]:
    """Return a cursor that hands integer arrays out undecoded, for ``ints``."""
    cursor = conn.cursor(binary=True)
    for oid in (Int2Array.array_oid, Int4Array.array_oid, Int8Array.array_oid):
        cursor.adapters.register_loader(oid, _RawLoader)
    return cursor


def pack_ints(kind: type[PackedArray], column: IntColumn, *, width: int) -> PackedArray:
    """Return a column of integers of ``width`` bytes as an array."""
    cells = np.empty(len(column), dtype=[("length", ">i4"), ("value", _WIDTHS[width])])
    cells["length"] = width
    cells["value"] = column
    return kind(_header(kind, len(column), nulls=0) + cells.tobytes())


def pack_optional_ints(
    kind: type[PackedArray], column: Sequence[int | None], *, width: int
) -> PackedArray | None:
    """Return a column with gaps as an array, or None when it is all gaps."""
    if all(value is None for value in column):
        return None
    prefix = _LENGTH.pack(width)
    cells = [
        _NULL if value is None else prefix + value.to_bytes(width, "big", signed=True)
        for value in column
    ]
    return kind(_header(kind, len(column), nulls=1) + b"".join(cells))


def pack_uuids(column: Sequence[UUID]) -> UuidArray:
    """Return a column of ids as an array."""
    return pack_uuid_bytes(b"".join([value.int.to_bytes(16, "big") for value in column]))


def pack_uuid_bytes(data: bytes) -> UuidArray:
    """Return ids that stand one behind the other, 16 bytes each, as an array."""
    count = len(data) // 16
    cells = np.empty((count, 20), dtype=np.uint8)
    cells[:, :4] = np.frombuffer(_OF_16, dtype=np.uint8)
    cells[:, 4:] = np.frombuffer(data, dtype=np.uint8).reshape(count, 16)
    return UuidArray(_header(UuidArray, count, nulls=0) + cells.tobytes())


def pack_optional_uuids(column: Sequence[UUID | None]) -> UuidArray | None:
    """Return a column of ids with gaps as an array, or None when it is all gaps."""
    if all(value is None for value in column):
        return None
    cells = [_NULL if value is None else _OF_16 + value.bytes for value in column]
    return UuidArray(_header(UuidArray, len(column), nulls=1) + b"".join(cells))


def pack_masked_uuids(data: bytes) -> UuidArray:
    """Return ids that stand one behind the other as an array; nil ids are gaps."""
    count = len(data) // 16
    halves = np.frombuffer(data, dtype=np.int64).reshape(count, 2)
    present = (halves[:, 0] | halves[:, 1]) != 0
    cells = np.empty((count, 20), dtype=np.uint8)
    cells[:, :4] = np.frombuffer(_OF_16, dtype=np.uint8)
    cells[~present, :4] = np.frombuffer(_NULL, dtype=np.uint8)
    cells[:, 4:] = np.frombuffer(data, dtype=np.uint8).reshape(count, 16)
    keep = np.ones((count, 20), dtype=np.bool_)
    keep[~present, 4:] = False
    return UuidArray(_header(UuidArray, count, nulls=1) + cells[keep].tobytes())


def _header(kind: type[PackedArray], count: int, *, nulls: int) -> bytes:
    return _HEADER.pack(1, nulls, kind.element_oid, count, 1)


def int_column(data: bytes | None, *, width: int) -> npt.NDArray[np.int64]:
    """Return an array without gaps as a column; NULL and the empty array give an empty one."""
    if data is None or len(data) < _HEADER.size:
        return np.empty(0, dtype=np.int64)
    cells = np.frombuffer(
        data, dtype=[("length", ">i4"), ("value", _WIDTHS[width])], offset=_HEADER.size
    )
    return cells["value"].astype(np.int64)


def optional_ints(data: bytes | None, *, width: int) -> dict[int, int]:
    """Return the filled places of an array with gaps: position from 0, and value."""
    found: dict[int, int] = {}
    if data is None or len(data) < _HEADER.size:
        return found
    lower = _HEADER.unpack_from(data)[4]
    place, position, end = _HEADER.size, lower - 1, len(data)
    while place < end:
        place += 4
        if data[place - 4] == 0:
            found[position] = int.from_bytes(data[place : place + width], "big", signed=True)
            place += width
        position += 1
    return found
