"""Many identifiers at once, 16 bytes each: derived, new, and as text."""

from datetime import datetime

import numpy as np
import numpy.typing as npt

from huoqi.kit.digests import sha256_of_each
from huoqi.kit.ids import Ids

IdColumn = npt.NDArray[np.uint8]  # one row of 16 bytes an id
_TEXT = 36
_COUNTER_MASK = (1 << 30) - 1
_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint8)
_PAIRS = _HEX.reshape(256, 2)
_DASHES = (8, 13, 18, 23)
_DIGITS = [place for place in range(_TEXT) if place not in _DASHES]


def id_column(data: bytes) -> IdColumn:
    """Return ids that stand one behind the other as a column."""
    return np.frombuffer(data, dtype=np.uint8).reshape(-1, 16)


def derived_ids(parents: IdColumn, *, action: str) -> IdColumn:
    """Return the id of an action on each of many things, as ``derived_id`` does for one.

    >>> from uuid import UUID
    >>> from huoqi.kit.ids import derived_id
    >>> parent = UUID("00000000-0000-7000-8000-000000000001")
    >>> derived_ids(id_column(parent.bytes), action="a").tobytes() == derived_id(
    ...     parent, action="a").bytes
    True
    """
    suffix = np.frombuffer(action.encode(), dtype=np.uint8)
    messages = np.empty((len(parents), 16 + suffix.size), dtype=np.uint8)
    messages[:, :16] = parents
    messages[:, 16:] = suffix
    ids = parents.copy()
    ids[:, 8:] = sha256_of_each(messages)[:, :8]
    ids[:, 8] = ids[:, 8] & 0x3F | 0x80
    return ids


def new_ids(ids: Ids, *, at: datetime, count: int) -> IdColumn:
    """Return fresh ids of an instant, in order: those that so many calls of ``new`` would give."""
    unix_ms, first, noises = ids.take(at, count=count)
    counters = np.arange(first, first + count, dtype=np.uint64) & np.uint64(_COUNTER_MASK)
    noise = np.array(noises, dtype=np.uint64)
    column = np.empty((count, 16), dtype=np.uint8)
    high = (counters >> np.uint64(18)) | np.uint64(7 << 12)
    low = (counters & np.uint64(0x3FFFF)) << np.uint64(44) | noise | np.uint64(2 << 62)
    column[:, :8] = _bytes_of(high | np.uint64(unix_ms << 16))
    column[:, 8:] = _bytes_of(low)
    return column


def _bytes_of(numbers: npt.NDArray[np.uint64]) -> IdColumn:
    return numbers.astype(">u8").view(np.uint8).reshape(-1, 8)


def id_texts(ids: IdColumn) -> npt.NDArray[np.bytes_]:
    """Return ids as the text that ``str`` gives.

    >>> id_texts(id_column(bytes(range(16))))[0]
    np.bytes_(b'00010203-0405-0607-0809-0a0b0c0d0e0f')
    """
    letters = np.full((len(ids), _TEXT), ord("-"), dtype=np.uint8)
    letters[:, _DIGITS] = _PAIRS[ids].reshape(len(ids), 32)
    texts: npt.NDArray[np.bytes_] = letters.reshape(-1).view(f"S{_TEXT}")
    return texts
