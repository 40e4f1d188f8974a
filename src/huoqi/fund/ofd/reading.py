"""Reading files: headers, rows one by one, columns whole or in blocks, with constant memory."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import numpy as np

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.rules.blocks import GUARD, Block
from huoqi.fund.ofd.rules.columns import (
    Column,
    Columns,
    Letters,
    NumberColumn,
    empty_columns,
    fill_columns,
    to_records,
)
from huoqi.fund.ofd.rules.control import require_gb18030
from huoqi.fund.ofd.rules.dictionary import Dictionaries
from huoqi.fund.ofd.rules.extents import end_of, what_is_wrong
from huoqi.fund.ofd.rules.headers import HEADER_BYTES_MAX, Header, Index, parse_header, parse_index
from huoqi.fund.ofd.rules.layouts import Layout, Slot, layout_of
from huoqi.fund.ofd.rules.places import OfdRefused, Place
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.sources import Source, read_bytes

#: Larger blocks leave a core's cache, smaller ones pay more for each call.
BLOCK_BYTES = 2 << 20
_ROW_BLOCK_BYTES = 1 << 18
_END_BYTES_MAX = 10
_LINE_SEARCHED_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class DataFile:
    """A data file whose header has been read and whose size and end fit what it says."""

    source: Source
    header: Header
    layout: Layout
    begins_at: int

    @property
    def name(self) -> str:
        """Return the file's name."""
        return self.source.name

    def offset_of(self, row: int) -> int:
        """Return where a record begins, the first one being row 0."""
        return self.begins_at + row * self.layout.stride


def read_header(source: Source, *, dictionaries: Dictionaries | None = None) -> DataFile:
    """Return a data file by its header, if its records and its end can be where that says.

    Errors: NotOfd, HeaderMalformed, VersionUnknown, TypeUnknown, FieldUnknown, FieldRepeated,
    SignMissing, Truncated, RecordCountDiffers, RecordWidthDiffers, TrailingBytes.
    """
    known = dictionaries or shipped()
    data = read_bytes(source, offset=0, most=HEADER_BYTES_MAX)
    header, begins_at = parse_header(data, file=source.name, dictionaries=known)
    layout = layout_of(header, dictionaries=known, file=source.name)
    file = DataFile(source, header, layout, begins_at)
    rest = read_bytes(source, offset=file.offset_of(header.record_count), most=_END_BYTES_MAX + 1)
    ends_with_line = end_of(rest)
    if ends_with_line is None:
        raise _what_is_wrong(file)
    return replace(file, header=replace(header, ends_with_line=ends_with_line))


def _what_is_wrong(file: DataFile) -> OfdRefused:
    """Return why a file is not whole: it is read until the first record that is not."""
    most = (file.source.size - file.begins_at) // file.layout.stride
    good = 0
    for block in _raw_blocks(file, 0, most, bytes_each=BLOCK_BYTES):
        is_right = block.has_line_end()
        if not is_right.all():
            good += int(np.argmin(is_right))
            break
        good += block.count
    at = file.offset_of(good)
    rest = read_bytes(file.source, offset=at, most=file.layout.stride + _LINE_SEARCHED_BYTES)
    place = Place(file.name, None, at)
    return what_is_wrong(rest, header=file.header, layout=file.layout, good=good, place=place)


def _raw_blocks(file: DataFile, start: int, stop: int, *, bytes_each: int) -> Iterator[Block]:
    """Yield some records as they stand, block by block in one buffer."""
    stride = file.layout.stride
    rows_each = max(1, bytes_each // stride)
    octets = np.zeros(GUARD + min(rows_each, max(0, stop - start)) * stride, dtype=np.uint8)
    body = octets.data[GUARD:]
    for row in range(start, stop, rows_each):
        count = min(rows_each, stop - row)
        offset = file.offset_of(row)
        file.source.fill(body[: count * stride], offset=offset)
        yield Block(octets, count, file.layout, Place(file.name, row + 1, offset))


def _blocks(file: DataFile, start: int, stop: int, *, bytes_each: int) -> Iterator[Block]:
    """Yield some records whose line ends are right, and refuse the first that has none."""
    for block in _raw_blocks(file, start, stop, bytes_each=bytes_each):
        is_right = block.has_line_end()
        if is_right.all():
            yield block
            continue
        good = int(np.argmin(is_right))
        yield replace(block, count=good)
        first = block.first.record
        assert first is not None
        at = file.offset_of(first - 1 + good)
        rest = read_bytes(file.source, offset=at, most=file.layout.stride + _LINE_SEARCHED_BYTES)
        raise what_is_wrong(
            rest,
            header=file.header,
            layout=file.layout,
            good=first - 1 + good,
            place=Place(file.name, None, at),
        )


def read_rows(file: DataFile) -> Iterator[Record]:
    """Yield the records one by one, as mappings of field names to values.

    Errors: RecordWidthDiffers, NumberMalformed, TextMalformed, SignMalformed, SignMissing;
    WrongEncoding after the last one.
    """
    letters = Letters()
    count = file.header.record_count
    for block in _blocks(file, 0, count, bytes_each=_ROW_BLOCK_BYTES):
        columns = empty_columns(file.layout.slots, count=block.count)
        fill_columns(columns, block=block, slots=file.layout.slots, start=0, letters=letters)
        yield from to_records(columns, layout=file.layout)
    require_gb18030(letters, file=file.name)


def read_column_blocks(
    file: DataFile, names: Iterable[str] | None = None, *, bytes_each: int = BLOCK_BYTES
) -> Iterator[Columns]:
    """Yield the columns of some fields, so many records at a time as fill so many bytes.

    Only the named fields are checked beside the line ends; without names all are.

    Errors: those of `read_rows`; FieldUnknown.
    """
    letters = Letters()
    slots = file.layout.chosen(names, file=file.name)
    for block in _blocks(file, 0, file.header.record_count, bytes_each=bytes_each):
        columns = empty_columns(slots, count=block.count)
        fill_columns(columns, block=block, slots=slots, start=0, letters=letters)
        yield columns
    require_gb18030(letters, file=file.name)


def read_columns(
    file: DataFile, names: Iterable[str] | None = None, *, threads: int = 1
) -> Columns:
    """Return the columns of some fields over all records; all fields without names.

    Errors: those of `read_column_blocks`.
    """
    slots = file.layout.chosen(names, file=file.name)
    count = file.header.record_count
    columns = empty_columns(slots, count=count)
    bounds = [count * part // threads for part in range(threads + 1)]
    parts = [
        {name: column.part(start, stop) for name, column in columns.items()}
        for start, stop in zip(bounds, bounds[1:], strict=False)
    ]
    with ThreadPoolExecutor(threads) as pool:
        jobs = [
            pool.submit(fill_part, part, file=file, slots=slots, start=start, stop=stop)
            for part, start, stop in zip(parts, bounds, bounds[1:], strict=False)
        ]
        # In order: of several refusals the first record's is told.
        require_gb18030(reduce(or_, [job.result() for job in jobs]), file=file.name)
    return {
        name: merged(column, [part[name] for part in parts]) for name, column in columns.items()
    }


def fill_part(
    part: Columns, *, file: DataFile, slots: tuple[Slot, ...], start: int, stop: int
) -> Letters:
    """Read some records of a file into columns that have a row for each; return their letters.

    Errors: those of `read_columns`.
    """
    letters = Letters()
    for block in _blocks(file, start, stop, bytes_each=BLOCK_BYTES):
        assert block.first.record is not None
        at = block.first.record - 1 - start
        fill_columns(part, block=block, slots=slots, start=at, letters=letters)
    return letters


def merged(whole: Column, parts: Sequence[Column]) -> Column:
    """Return a column with what its parts say is absent; their values stand in it already."""
    if not isinstance(whole, NumberColumn):
        return whole
    marks = [
        np.zeros(part.values.size, dtype=np.bool_) if part.is_absent is None else part.is_absent
        for part in parts
        if isinstance(part, NumberColumn)
    ]
    is_absent = np.concatenate(marks)
    return NumberColumn(whole.values, is_absent if is_absent.any() else None)


def read_index(source: Source, *, dictionaries: Dictionaries | None = None) -> Index:
    """Return what an index file says.

    Errors: NotOfd, HeaderMalformed, VersionUnknown, Truncated.
    """
    data = read_bytes(source, offset=0, most=source.size)
    return parse_index(data, file=source.name, dictionaries=dictionaries or shipped())
