"""Segments of PostgreSQL's log by their names, and what the first page of one says of itself."""

import re
import struct
from collections.abc import Collection
from dataclasses import dataclass

_SEGMENT = re.compile(r"[0-9A-F]{24}")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history")
_LOG_BYTES = 1 << 32
# Magic, flags, timeline, address, bytes left over, padding, system, segment and block size.
_HEAD = struct.Struct("<HHIQI4xQII")
HEAD_BYTES = _HEAD.size


@dataclass(frozen=True, slots=True)
class Head:
    """What a segment says on its first page: whose log it is, of which line, and where in it."""

    timeline: int
    address: int
    system: int
    segment_bytes: int


def is_segment(name: str) -> bool:
    """Tell whether a file's name is that of a segment.

    >>> is_segment("00000001000000000000000A"), is_segment("00000002.history")
    (True, False)
    """
    return _SEGMENT.fullmatch(name) is not None


def is_archived(name: str) -> bool:
    """Tell whether a file that the server hands over is kept: a segment, or a line's history."""
    return is_segment(name) or _HISTORY.fullmatch(name) is not None


def timeline_of(name: str) -> int:
    """Return the line of history that a segment or a history belongs to."""
    return int(name[:8], 16)


def segment_at(address: int, *, timeline: int, segment_bytes: int) -> str:
    """Return the name of the segment that holds an address of the log.

    >>> segment_at(0x1_0200_0028, timeline=1, segment_bytes=1 << 24)
    '000000010000000100000002'
    """
    return segment_named(address // segment_bytes, timeline=timeline, segment_bytes=segment_bytes)


def segment_named(number: int, *, timeline: int, segment_bytes: int) -> str:
    """Return the name of a segment by its number, counted from the beginning of the log."""
    log, place = divmod(number, _LOG_BYTES // segment_bytes)
    return f"{timeline:08X}{log:08X}{place:08X}"


def number_of(name: str, *, segment_bytes: int) -> int:
    """Return a segment's number.

    >>> number_of("000000010000000100000002", segment_bytes=1 << 24)
    258
    """
    assert is_segment(name), name
    return int(name[8:16], 16) * (_LOG_BYTES // segment_bytes) + int(name[16:], 16)


def address_of(text: str) -> int:
    """Return an address of the log from its text.

    >>> address_of("1/2000028") == 0x1_0200_0028
    True
    """
    log, _, place = text.partition("/")
    return (int(log, 16) << 32) + int(place, 16)


def missing_after(
    first: str, *, known: Collection[str], segment_bytes: int, last: str | None = None
) -> list[str]:
    """Return what is missing from a segment on, up to the last that is known or is needed.

    >>> missing_after("000000010000000000000002", known={"000000010000000000000004"},
    ...     segment_bytes=1 << 24)
    ['000000010000000000000002', '000000010000000000000003']
    """
    timeline = timeline_of(first)
    ours = [each for each in known if is_segment(each) and timeline_of(each) == timeline]
    begin = number_of(first, segment_bytes=segment_bytes)
    ends = [number_of(each, segment_bytes=segment_bytes) for each in [*ours, last or first]]
    names = (
        segment_named(number, timeline=timeline, segment_bytes=segment_bytes)
        for number in range(begin, max(ends) + 1)
    )
    return [name for name in names if name not in known]


def head_of(page: bytes) -> Head | None:
    """Return what a segment's first page says, None where there is no such page."""
    if len(page) < HEAD_BYTES:
        return None
    _, _, timeline, address, _, system, segment_bytes, _ = _HEAD.unpack_from(page)
    return Head(timeline, address, system, segment_bytes)
