"""Rows of one width in the binary form of COPY, made a column at a time.

PostgreSQL takes rows so without parsing a number or a date, and writes a page of them as one
record of its log. A column is an array whose items are the bytes to send: big-endian numbers,
``V16`` ids, ``S`` texts of one length; bytes stand in every row, None is a column of NULLs.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Cells = npt.NDArray[np.generic] | bytes | None
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_ARRAY_HEAD = 20
#: Before a ``jsonb``, and before a uuid that is the only one of an array.
JSONB_VERSION = b"\x01"
_ONE_UUID = np.frombuffer(
    b"".join(number.to_bytes(4, "big") for number in (1, 0, 2950, 1, 1, 16)), dtype=np.uint8
)


def binary_rows(columns: Sequence[Cells], *, count: int) -> bytes:
    """Return rows as one stream of COPY ... (FORMAT binary)."""
    form: list[tuple[str, npt.DTypeLike]] = [("fields", ">i2")]
    for place, column in enumerate(columns):
        form.append((f"length{place}", ">i4"))
        if _width(column) > 0:
            form.append((f"value{place}", _kind(column)))
    rows = np.empty(count, dtype=np.dtype(form))
    rows["fields"] = len(columns)
    for place, column in enumerate(columns):
        rows[f"length{place}"] = _width(column)
        if _width(column) > 0:
            rows[f"value{place}"] = np.void(column) if isinstance(column, bytes) else column
    return b"".join((_HEAD, rows.tobytes(), _END))


def _width(column: Cells) -> int:
    if column is None:
        return -1
    return len(column) if isinstance(column, bytes) else column.dtype.itemsize


def _kind(column: Cells) -> npt.DTypeLike:
    assert column is not None
    return f"V{len(column)}" if isinstance(column, bytes) else column.dtype


def array_items(data: bytes | None, *, kind: str) -> npt.NDArray[np.generic]:
    """Return the items of a binary array without gaps, all of one width."""
    items = np.dtype([("length", ">i4"), ("value", kind)])
    if data is None or len(data) < _ARRAY_HEAD:
        return np.empty(0, dtype=kind)
    found: npt.NDArray[np.generic] = np.frombuffer(data, dtype=items, offset=_ARRAY_HEAD)["value"]
    return found


def as_items(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.generic]:
    """Return rows of bytes as items of so many bytes each."""
    return np.ascontiguousarray(rows).view(f"V{rows.shape[1]}").reshape(-1)


def uuid_arrays(ids: npt.NDArray[np.uint8]) -> npt.NDArray[np.generic]:
    """Return ids as arrays of one uuid each."""
    cells = np.empty((len(ids), len(_ONE_UUID) + 16), dtype=np.uint8)
    cells[:, : len(_ONE_UUID)] = _ONE_UUID
    cells[:, len(_ONE_UUID) :] = ids
    return as_items(cells)


def padded_numbers(numbers: npt.NDArray[np.int64], *, width: int) -> npt.NDArray[np.uint8]:
    """Return numbers as digits with blanks behind them, which JSON does not mind.

    >>> padded_numbers(np.array([7, 1234]), width=5).tobytes()
    b'7    1234 '
    """
    digits = np.ascontiguousarray(numbers.astype(f"S{width}"))
    cells = digits.view(np.uint8).reshape(-1, width).copy()
    cells[cells == 0] = ord(" ")
    return cells
