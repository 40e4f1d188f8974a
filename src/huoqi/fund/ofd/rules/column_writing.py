"""Columns into the bytes of records: the way back, a block of rows at a time."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from huoqi.fund.ofd.rules.blocks import GUARD, Block, Bool, Octets
from huoqi.fund.ofd.rules.columns import (
    Column,
    Letters,
    NumberColumn,
    TextColumn,
    suspect_texts,
)
from huoqi.fund.ofd.rules.dictionary import Kind
from huoqi.fund.ofd.rules.headers import LINE_END
from huoqi.fund.ofd.rules.layouts import FieldUnknown, Layout, Slot, numbers_of, texts_of
from huoqi.fund.ofd.rules.numbers import Group, groups_of, write_numbers
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.records import Record, encode_record
from huoqi.fund.ofd.rules.values import ValueMalformed, ValueTooWide, decode_text

_MINUS, _PLUS, _BLANK = ord("1"), ord("0"), ord(" ")


def encode_block(columns: Mapping[str, Column], *, layout: Layout, first: Place) -> Block:
    """Return the records of some rows, with their line ends.

    A field without a column is blank, a number zero; a flag without one is written from the sign.

    Errors: those of `encode_record`, for the first row that is refused.
    """
    count = _count(columns, layout=layout, file=first.file)
    octets = np.empty(GUARD + count * layout.stride, dtype=np.uint8)
    octets[:GUARD] = 0
    block = Block(octets, count, layout, first)
    if not count:
        return block
    block.lines[:] = np.frombuffer(_template(layout), dtype=np.uint8)
    cells = block.cells
    for name, column in columns.items():
        if isinstance(column, TextColumn):
            cells[name] = column.raw
    _fill_with_blanks(block)
    suspects = np.zeros(count, dtype=np.bool_)
    numbers = tuple(slot for slot in numbers_of(layout.slots) if slot.field.name in columns)
    for group in groups_of(numbers, count=count):
        suspects |= _write_group(columns, block=block, group=group)
    suspects |= suspect_texts(block, slots=texts_of(layout.slots), letters=Letters())
    for row in np.flatnonzero(suspects).tolist():
        _require_row(columns, row=row, layout=layout, place=block.place_of(row))
    return block


def _require_row(columns: Mapping[str, Column], *, row: int, layout: Layout, place: Place) -> None:
    """Refuse a row as the row form refuses it, if it does."""
    record: Record = {}
    for name, column in columns.items():
        if isinstance(column, TextColumn):
            here = place.at_field(name, offset=None)
            kind = layout.by_name[name].field.kind
            record[name] = decode_text(bytes(column.raw[row]), kind=kind, place=here)
        else:
            is_absent = column.is_absent is not None and column.is_absent[row]
            record[name] = None if is_absent else int(column.values[row])
    encode_record(record, layout=layout, place=place)


def _count(columns: Mapping[str, Column], *, layout: Layout, file: str) -> int:
    """Return how many rows the columns have: all the same, each of the kind of its field."""
    counts = set()
    for name, column in columns.items():
        slot = layout.by_name.get(name)
        if slot is None:
            raise FieldUnknown(file=file, field=name, file_type=layout.file_type)
        is_number = isinstance(column, NumberColumn)
        if is_number is not (slot.field.kind is Kind.NUMBER):
            raise ValueMalformed(file=file, field=name)
        width = column.raw.itemsize if isinstance(column, TextColumn) else 0
        if width > slot.field.width:
            raise ValueTooWide(file=file, field=name, width=slot.field.width)
        counts.add(column.values.size if isinstance(column, NumberColumn) else column.raw.size)
    assert len(counts) == 1, "columns of one length, at least one of them"
    return int(counts.pop())


@lru_cache(maxsize=64)
def _template(layout: Layout) -> bytes:
    """Return a record in which nothing is said: zeros, blanks, flags of plus."""
    return encode_record({}, layout=layout, place=Place("")) + LINE_END


def _fill_with_blanks(block: Block) -> None:
    """Put blanks behind the texts, where numpy puts NUL."""
    lowest = block.lines.min(axis=0)
    for slot in texts_of(block.layout.slots):
        if not lowest[slot.at : slot.until].min():
            field = block.lines[:, slot.at : slot.until]
            field[field == 0] = _BLANK


def _write_group(columns: Mapping[str, Column], *, block: Block, group: Group) -> Bool:
    """Write the numbers of some fields and, where they have no column, their flags.

    Returns the rows that may not be as they should.
    """
    magnitudes = np.empty((len(group.slots), block.count), dtype=np.int64)
    for row, slot in enumerate(group.slots):
        column = columns[slot.field.name]
        assert isinstance(column, NumberColumn)
        np.abs(column.values, out=magnitudes[row])
        if column.is_absent is not None:
            magnitudes[row][column.is_absent] = 0
    most = np.array([10**slot.field.width for slot in group.slots])[:, np.newaxis]
    is_odd = (magnitudes >= most) | (magnitudes < 0)
    suspects: Bool = np.any(is_odd, axis=0)
    if suspects.any():
        magnitudes[is_odd] = 0
    write_numbers(block, group, magnitudes.view(np.uint64))
    for slot in group.slots:
        column = columns[slot.field.name]
        assert isinstance(column, NumberColumn)
        if column.is_absent is not None:
            block.lines[column.is_absent, slot.at : slot.until] = ord(" ")
        suspects |= _write_flag(column, block=block, slot=slot, columns=columns)
    return suspects


def _write_flag(
    column: NumberColumn, *, block: Block, slot: Slot, columns: Mapping[str, Column]
) -> Bool:
    """Write a number's flag unless it has a column; return the rows whose sign is not said."""
    is_below = column.values < 0
    if column.is_absent is not None:
        is_below &= ~column.is_absent
    if slot.flag_at is None:
        return is_below
    flags = block.lines[:, slot.flag_at]
    if slot.field.sign_flag in columns:
        return _unfit(column, flags=flags, is_below=is_below)
    flags[is_below] = _MINUS
    if column.is_absent is not None:
        flags[column.is_absent] = _BLANK
    return np.zeros_like(is_below)


def _unfit(column: NumberColumn, *, flags: Octets, is_below: Bool) -> Bool:
    """Return the rows whose given flag does not fit the number; beside nothing any flag does."""
    is_known = (flags == _MINUS) | (flags == _PLUS) | (flags == _BLANK)
    is_above = column.values > 0
    if column.is_absent is not None:
        is_above &= ~column.is_absent
    unfit: Bool = ~is_known | (is_below & (flags != _MINUS)) | (is_above & (flags != _PLUS))
    return unfit
