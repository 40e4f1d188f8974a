"""Many records at once, a column a field: numbers as int64, texts as the bytes that stand there.

What looks wrong is handed to the row form, which knows how to refuse it, so
that both forms refuse the same in the same words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from huoqi.fund.ofd.rules.blocks import WORD, Block, Bool, Bytes, Int64
from huoqi.fund.ofd.rules.dictionary import Kind
from huoqi.fund.ofd.rules.layouts import Layout, Slot, numbers_of, texts_of
from huoqi.fund.ofd.rules.numbers import foreign_bytes, low_mask, read_numbers, words_of
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import ENCODING

#: Each column begins at a multiple of so many bytes, a line of the processor's caches.
_ALIGNED = 64
#: Two bytes of GB18030 are often such a letter of UTF-8; three bytes of UTF-8 are a Chinese one.
_TWO_BYTE_LETTER = re.compile("[\u0080-\u07ff]")
_HIGH_BITS = np.uint64(0x8080808080808080)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """The numbers of one field, without their point and with their sign.

    ``is_absent`` marks the records whose field is blank, with 0 among the values; None if none is.
    """

    values: Int64
    is_absent: Bool | None = None

    def part(self, start: int, stop: int) -> "NumberColumn":
        """Return some of the rows, without a copy."""
        absent = None if self.is_absent is None else self.is_absent[start:stop]
        return NumberColumn(self.values[start:stop], absent)


@dataclass(frozen=True, slots=True)
class TextColumn:
    """The bytes of one field of digits or text, with the blanks that fill them."""

    raw: Bytes

    def part(self, start: int, stop: int) -> "TextColumn":
        """Return some of the rows, without a copy."""
        return TextColumn(self.raw[start:stop])

    def texts(self) -> list[str]:
        """Return the texts without the blanks behind them."""
        return [cell.rstrip(b" ").decode(ENCODING) for cell in self.raw.tolist()]


@dataclass(slots=True)
class Letters:
    """What the texts beyond ASCII of a file look like so far.

    The bytes of short Chinese texts in UTF-8 are often whole characters of GB18030 too; all texts
    of a file are not, and hardly any text in GB18030 reads as UTF-8 of such letters.
    """

    some_gb18030: bool = False
    some_utf8: bool = False

    @property
    def are_utf8(self) -> bool:
        """Tell whether there are such texts and all of them read as UTF-8."""
        return self.some_utf8 and not self.some_gb18030

    def see(self, texts: bytes) -> None:
        """Take note of some texts, each with a byte beyond ASCII."""
        try:
            is_utf8 = _TWO_BYTE_LETTER.search(texts.decode("utf-8")) is None
        except UnicodeDecodeError:
            is_utf8 = False
        self.some_utf8 |= is_utf8
        self.some_gb18030 |= not is_utf8

    def __or__(self, other: "Letters") -> "Letters":
        return Letters(self.some_gb18030 or other.some_gb18030, self.some_utf8 or other.some_utf8)


Column = NumberColumn | TextColumn
Columns = dict[str, Column]


def empty_columns(slots: Sequence[Slot], *, count: int) -> Columns:
    """Return columns of so many rows, to be filled block by block.

    They stand in one stretch of memory, which the system can give in large pages: a page a fault,
    and for a wide record the faults would cost as much as the reading.
    """
    widths = [_item_bytes(slot) * count for slot in slots]
    starts = list(accumulate((-(-width // _ALIGNED) * _ALIGNED for width in widths), initial=0))
    memory = np.empty(starts[-1], dtype=np.uint8)
    columns: Columns = {}
    for slot, width, start in zip(slots, widths, starts, strict=False):
        own = memory[start : start + width]
        if slot.field.kind is Kind.NUMBER:
            columns[slot.field.name] = NumberColumn(own.view(np.int64))
        else:
            columns[slot.field.name] = TextColumn(own.view(f"S{slot.field.width}"))
    return columns


def _item_bytes(slot: Slot) -> int:
    return np.dtype(np.int64).itemsize if slot.field.kind is Kind.NUMBER else slot.field.width


def fill_columns(
    columns: Columns, *, block: Block, slots: tuple[Slot, ...], start: int, letters: Letters
) -> None:
    """Read a block's records into some rows of the columns, and take note of their letters.

    Errors: those of `decode_record`, for the first record that is refused.
    """
    if not block.count:
        return
    stop = start + block.count
    cells = block.cells
    for slot in texts_of(slots):
        column = columns[slot.field.name]
        assert isinstance(column, TextColumn)
        column.raw[start:stop] = cells[slot.field.name]
    suspects = suspect_texts(block, slots=texts_of(slots), letters=letters)
    numbers = read_numbers(block, slots=tuple(numbers_of(slots)))
    suspects |= numbers.suspects
    for row in np.flatnonzero(suspects).tolist():
        block.record(row)  # Refuses what is wrong.
    for name, values, absent in numbers.read:
        column = columns[name]
        assert isinstance(column, NumberColumn)
        column.values[start:stop] = values
        if absent is not None:
            columns[name] = _marked(column, absent=absent, start=start)


def _marked(column: NumberColumn, *, absent: Bool, start: int) -> NumberColumn:
    """Return a column in which some more rows are marked as absent."""
    marks = column.is_absent
    if marks is None:
        marks = np.zeros(column.values.size, dtype=np.bool_)
    marks[start : start + absent.size] = absent
    return NumberColumn(column.values, marks)


def suspect_texts(block: Block, *, slots: Sequence[Slot], letters: Letters) -> Bool:
    """Return the records in which a text may be wrong: none that the row form refuses is left out.

    Bytes of plain ASCII need no second look, and most blocks have no others.
    """
    suspects = np.zeros(block.count, dtype=np.bool_)
    if not slots:
        return suspects
    lowest, highest = block.lines.min(axis=0), block.lines.max(axis=0)
    for slot in slots:
        field = slice(slot.at, slot.until)
        if lowest[field].min() >= 0x20 and highest[field].max() < 0x7F:
            continue
        cells = block.lines[:, field]
        if slot.field.kind is Kind.DIGITS:
            suspects |= np.any((cells < 0x20) | (cells >= 0x7F), axis=1)
            continue
        if lowest[field].min() < 0x20 or np.any(cells == 0x7F):
            suspects |= np.any((cells < 0x20) | (cells == 0x7F), axis=1)
        suspects |= _badly_encoded(block, slot=slot, letters=letters)
    return suspects


def _badly_encoded(block: Block, *, slot: Slot, letters: Letters) -> Bool:
    """Return the rows beyond ASCII if they are not whole characters, all or none of them.

    A line feed is no part of a character, so one between the texts keeps them apart.
    """
    rows = _beyond_ascii(block, slot=slot)
    texts = b"\n".join(block.cells[slot.field.name][rows].tolist())
    if texts:
        letters.see(texts)
    try:
        texts.decode(ENCODING)
    except UnicodeDecodeError:
        return rows
    return np.zeros_like(rows)


def _beyond_ascii(block: Block, *, slot: Slot) -> Bool:
    """Return the rows in which a field has a byte beyond ASCII."""
    words = np.zeros(block.count, dtype=np.uint64)
    for word in range(words_of(slot)):
        own = low_mask(WORD) & ~low_mask(foreign_bytes(slot, word=word))
        words |= block.words[:, slot.until - word * WORD] & np.uint64(own)
    rows: Bool = (words & _HIGH_BITS) != 0
    return rows


def to_records(columns: Mapping[str, Column], *, layout: Layout) -> list[Record]:
    """Return the rows of the columns as records, fields in the order of the layout."""
    names = [slot.field.name for slot in layout.slots if slot.field.name in columns]
    lists = [_as_list(columns[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]


def _as_list(column: Column) -> Sequence[str | int | None]:
    if isinstance(column, TextColumn):
        return column.texts()
    values: list[int | None] = column.values.tolist()
    if column.is_absent is not None:
        for row in np.flatnonzero(column.is_absent).tolist():
            values[row] = None
    return values
