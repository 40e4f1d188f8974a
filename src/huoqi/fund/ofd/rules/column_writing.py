"""Columns into the bytes of records: the way back, a block of rows at a time."""

from collections.abc import Mapping

import numpy as np

from huoqi.fund.ofd.rules.blocks import GUARD, WORD, Block, Bool, Bytes, Octets, Words
from huoqi.fund.ofd.rules.columns import (
    Column,
    NumberColumn,
    TextColumn,
    foreign_bytes,
    low_mask,
    suspect_texts,
    words_of,
)
from huoqi.fund.ofd.rules.dictionary import Kind
from huoqi.fund.ofd.rules.headers import LINE_END
from huoqi.fund.ofd.rules.layouts import FieldUnknown, Layout, Slot, numbers_of, texts_of
from huoqi.fund.ofd.rules.places import Place
from huoqi.fund.ofd.rules.records import Record, encode_record
from huoqi.fund.ofd.rules.values import ValueMalformed, ValueTooWide, decode_text

_ZEROS = np.uint64(0x3030303030303030)
_EIGHT_DIGITS = np.uint64(10**8)


def encode_block(columns: Mapping[str, Column], *, layout: Layout, first: Place) -> Block:
    """Return the records of some rows, with their line ends.

    A field without a column is blank, a number zero; a flag without one is written from the sign.

    Errors: those of `encode_record`, for the first row that is refused.
    """
    count = _count(columns, layout=layout, file=first.file)
    octets = np.zeros(GUARD + count * layout.stride, dtype=np.uint8)
    block = Block(octets, count, layout, first)
    if not count:
        return block
    block.lines[:] = np.frombuffer(_template(layout), dtype=np.uint8)
    suspects = np.zeros(count, dtype=np.bool_)
    for slot in texts_of(layout.slots):
        column = columns.get(slot.field.name)
        if isinstance(column, TextColumn):
            block.cells(slot)[:] = _padded(column.raw, width=slot.field.width)
    for slot in numbers_of(layout.slots):
        column = columns.get(slot.field.name)
        if isinstance(column, NumberColumn):
            suspects |= _write_number(column, block=block, slot=slot, columns=columns)
    suspects |= suspect_texts(block, slots=texts_of(layout.slots))
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


def _template(layout: Layout) -> bytes:
    """Return a record in which nothing is said: zeros, blanks, flags of plus."""
    return encode_record({}, layout=layout, place=Place("")) + LINE_END


def _padded(raw: Bytes, *, width: int) -> Bytes:
    """Return texts filled with blanks, where numpy fills with NUL."""
    wide = np.ascontiguousarray(raw, dtype=f"S{width}")
    octets = wide.view(np.uint8)
    if octets.size and not octets.min():
        wide = np.where(octets == 0, np.uint8(ord(" ")), octets).view(f"S{width}")
    return wide


def _write_number(
    column: NumberColumn, *, block: Block, slot: Slot, columns: Mapping[str, Column]
) -> Bool:
    """Write a column of numbers and, unless it has a column, its flag; return suspect rows."""
    if column.is_absent is not None:
        column = NumberColumn(np.where(column.is_absent, 0, column.values), column.is_absent)
    is_below = column.values < 0
    values = np.abs(column.values) if is_below.any() else column.values
    suspects: Bool = (values >= 10**slot.field.width) | (values < 0)
    _write_digits(values.view(np.uint64), block=block, slot=slot)
    if column.is_absent is not None:
        block.lines[column.is_absent, slot.at : slot.until] = ord(" ")
    if slot.flag_at is None:
        return suspects | is_below
    flags = block.lines[:, slot.flag_at]
    if slot.field.sign_flag not in columns:
        flags[is_below] = ord("1")
        if column.is_absent is not None:
            flags[column.is_absent] = ord(" ")
        return suspects
    return suspects | _unfit(column, flags=block.lines[:, slot.flag_at], is_below=is_below)


def _unfit(column: NumberColumn, *, flags: Octets, is_below: Bool) -> Bool:
    """Return the rows whose given flag does not fit the number; beside nothing any flag does."""
    is_known = (flags == ord("0")) | (flags == ord("1")) | (flags == ord(" "))
    is_above = column.values > 0
    unfit: Bool = ~is_known | (is_below & (flags != ord("1"))) | (is_above & (flags != ord("0")))
    return unfit


def _write_digits(values: Words, *, block: Block, slot: Slot) -> None:
    """Write numbers that fit as digits behind zeros, eight a word, the last ones first."""
    left = values
    for word in range(words_of(slot)):
        is_last = word == words_of(slot) - 1
        eight = left if is_last else left % _EIGHT_DIGITS
        _store(_to_digits(eight), block=block, slot=slot, word=word)
        if not is_last:
            left = left // _EIGHT_DIGITS


def _to_digits(values: Words) -> Words:
    """Return numbers of up to eight digits as their digits, a byte each, the first one lowest."""
    fours = values // np.uint64(10_000)
    words = (values << np.uint64(32)) - fours * np.uint64((10_000 << 32) - 1)
    pairs = (words * np.uint64(10_486)) >> np.uint64(20)  # a hundredth, below ten thousand
    pairs &= np.uint64(0x0000007F0000007F)
    words <<= np.uint64(16)
    words -= pairs * np.uint64((100 << 16) - 1)
    tens = (words * np.uint64(103)) >> np.uint64(10)  # a tenth, below a hundred
    tens &= np.uint64(0x000F000F000F000F)
    words <<= np.uint64(8)
    words -= tens * np.uint64((10 << 8) - 1)
    words += _ZEROS
    return words


def _store(words: Words, *, block: Block, slot: Slot, word: int) -> None:
    """Write a word of a field into every record; the bytes before the field stay as they are."""
    target = block.words(slot.until - (word + 1) * WORD)
    foreign = low_mask(foreign_bytes(slot, word=word))
    if foreign:
        words &= np.uint64(~foreign & low_mask(WORD))
        words |= target & np.uint64(foreign)
    target[:] = words
