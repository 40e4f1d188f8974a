"""Writing files: beside their name first, and under it only when they are whole and on the disk."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from huoqi.fund.ofd.dictionaries import shipped
from huoqi.fund.ofd.reading import BLOCK_BYTES
from huoqi.fund.ofd.rules.blocks import GUARD
from huoqi.fund.ofd.rules.column_writing import encode_block
from huoqi.fund.ofd.rules.columns import Column, NumberColumn
from huoqi.fund.ofd.rules.dictionary import Dictionaries
from huoqi.fund.ofd.rules.headers import (
    LINE_END,
    Header,
    Index,
    render_end,
    render_header,
    render_index,
)
from huoqi.fund.ofd.rules.layouts import Layout, layout_of
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.records import encode_record
from huoqi.fund.ofd.rules.values import Value

_ROWS_AT_ONCE = 4096
_PART = ".part"


class DataFileWriter:
    """A data file being written: records and columns one after the other, in any mixture.

    Used as a context; the record count is filled in at its end. If the block is left by an error
    there is no file.
    """

    def __init__(
        self, path: Path, header: Header, *, dictionaries: Dictionaries | None = None
    ) -> None:
        """Open the file.

        Errors: VersionUnknown, TypeUnknown, FieldUnknown, FieldRepeated, SignMissing,
        HeaderMalformed.
        """
        self._dictionaries = dictionaries or shipped()
        self._header = replace(header, record_count=0)
        self.layout: Layout = layout_of(header, dictionaries=self._dictionaries, file=path.name)
        self._path = path
        self._offset = len(self._rendered())
        self._file: BinaryIO = _part_of(path).open("wb")
        self._file.write(self._rendered())

    @property
    def record_count(self) -> int:
        """Return how many records have been written."""
        return self._header.record_count

    def write_rows(self, records: Iterable[Mapping[str, Value]]) -> None:
        """Write some records.

        Errors: those of `encode_record`.
        """
        lines: list[bytes] = []
        for record in records:
            lines.append(encode_record(record, layout=self.layout, place=self._next(len(lines))))
            if len(lines) == _ROWS_AT_ONCE:
                self._write(b"".join(line + LINE_END for line in lines), count=len(lines))
                lines.clear()
        self._write(b"".join(line + LINE_END for line in lines), count=len(lines))

    def write_columns(self, columns: Mapping[str, Column]) -> None:
        """Write some rows, given as columns of one length; fields without one are blank or zero.

        Errors: those of `encode_record`.
        """
        sizes = [
            c.values.size if isinstance(c, NumberColumn) else c.raw.size for c in columns.values()
        ]
        rows = max(1, BLOCK_BYTES // self.layout.stride)
        for start in range(0, max(sizes), rows):
            part = {name: column.part(start, start + rows) for name, column in columns.items()}
            block = encode_block(part, layout=self.layout, first=self._next(0))
            self._write(block.octets.data[GUARD:], count=block.count)

    def _next(self, ahead: int) -> Place:
        return Place(self._path.name, self._header.record_count + ahead + 1)

    def _write(self, data: bytes | memoryview, *, count: int) -> None:
        self._file.write(data)
        self._header = replace(self._header, record_count=self._header.record_count + count)

    def _rendered(self) -> bytes:
        return render_header(self._header, dictionaries=self._dictionaries, file=self._path.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        part = _part_of(self._path)
        try:
            if kind is None:
                self._finish()
                part.replace(self._path)
                _sync_folder(self._path.parent)
        finally:
            self._file.close()
            part.unlink(missing_ok=True)

    def _finish(self) -> None:
        """Write the end and the number of records, and see that all of it is on the disk."""
        self._file.write(render_end(ends_with_line=self._header.ends_with_line))
        head = self._rendered()
        assert len(head) == self._offset
        self._file.seek(0)
        self._file.write(head)
        self._file.flush()
        os.fsync(self._file.fileno())


def write_index(path: Path, index: Index, *, dictionaries: Dictionaries | None = None) -> None:
    """Write an index file, at once and whole; the files it names must be there before.

    Errors: VersionUnknown, HeaderMalformed.
    """
    data = render_index(index, dictionaries=dictionaries or shipped(), file=path.name)
    part = _part_of(path)
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync_folder(path.parent)


def render_file(
    header: Header,
    records: Iterable[Mapping[str, Value]],
    *,
    dictionaries: Dictionaries | None = None,
) -> bytes:
    """Return a small data file as bytes.

    Errors: those of `DataFileWriter`.
    """
    known = dictionaries or shipped()
    layout = layout_of(header, dictionaries=known)
    lines = [
        encode_record(record, layout=layout, place=Place("", number)) + LINE_END
        for number, record in enumerate(records, start=1)
    ]
    head = render_header(replace(header, record_count=len(lines)), dictionaries=known)
    return head + b"".join(lines) + render_end(ends_with_line=header.ends_with_line)


def _part_of(path: Path) -> Path:
    return path.with_name(path.name + _PART)


def _sync_folder(folder: Path) -> None:
    """See that the folder's new entry outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
