"""Many records at once, a column a field: numbers as int64, texts as the bytes that stand there.

Eight digits become a number in a handful of operations on 64-bit words, over a whole block of
records at a time. What looks wrong is handed to the row form, which knows how to refuse it, so
that both forms refuse the same in the same words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from huoqi.fund.ofd.rules.blocks import WORD, Block, Bool, Bytes, Int64, Octets, Words
from huoqi.fund.ofd.rules.dictionary import Kind
from huoqi.fund.ofd.rules.layouts import Layout, Slot, numbers_of, texts_of
from huoqi.fund.ofd.rules.records import Record
from huoqi.fund.ofd.rules.values import ENCODING

_ZEROS = 0x3030303030303030
_BLANKS = 0x2020202020202020
_SIXES = np.uint64(0x0606060606060606)
_HIGH_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)
_PAIRS = np.uint64(0x00FF00FF00FF00FF)
_FOURS = np.uint64(0x0000FFFF0000FFFF)
_MINUS, _PLUS, _BLANK = ord("1"), ord("0"), ord(" ")
#: Words are worked through in pieces that stay in a core's own cache.
_PIECE_WORDS = 1 << 15


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


Column = NumberColumn | TextColumn
Columns = dict[str, Column]


def empty_columns(slots: Sequence[Slot], *, count: int) -> Columns:
    """Return columns of so many rows, to be filled block by block."""
    columns: Columns = {}
    for slot in slots:
        if slot.field.kind is Kind.NUMBER:
            columns[slot.field.name] = NumberColumn(np.zeros(count, dtype=np.int64))
        else:
            columns[slot.field.name] = TextColumn(np.empty(count, dtype=f"S{slot.field.width}"))
    return columns


def fill_columns(columns: Columns, *, block: Block, slots: Sequence[Slot], start: int) -> None:
    """Read a block's records into some rows of the columns.

    Errors: those of `decode_record`, for the first record that is refused.
    """
    if not block.count:
        return
    stop = start + block.count
    suspects = np.zeros(block.count, dtype=np.bool_)
    for slot in texts_of(slots):
        column = columns[slot.field.name]
        assert isinstance(column, TextColumn)
        column.raw[start:stop] = block.cells(slot)
    suspects |= suspect_texts(block, slots=texts_of(slots))
    numbers = _Numbers(block, numbers_of(slots))
    suspects |= numbers.suspects
    for row in np.flatnonzero(suspects).tolist():
        block.record(row)  # Refuses what is wrong.
    for slot, values, absent in numbers.read:
        column = columns[slot.field.name]
        assert isinstance(column, NumberColumn)
        column.values[start:stop] = values
        if absent is not None:
            columns[slot.field.name] = _marked(column, absent=absent, start=start)


def _marked(column: NumberColumn, *, absent: Bool, start: int) -> NumberColumn:
    """Return a column in which some more rows are marked as absent."""
    marks = column.is_absent
    if marks is None:
        marks = np.zeros(column.values.size, dtype=np.bool_)
    marks[start : start + absent.size] = absent
    return NumberColumn(column.values, marks)


def suspect_texts(block: Block, *, slots: Sequence[Slot]) -> Bool:
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
        is_beyond = cells >= 0x7F if slot.field.kind is Kind.DIGITS else cells == 0x7F
        suspects |= np.any((cells < 0x20) | is_beyond, axis=1)
        if slot.field.kind is Kind.TEXT:
            suspects |= _badly_encoded(cells)
    return suspects


def _badly_encoded(cells: Octets) -> Bool:
    """Return the rows beyond ASCII if they are not whole characters, all or none of them.

    A line feed is no part of a character, so one between the texts keeps them apart.
    """
    rows: Bool = np.any(cells >= 0x80, axis=1)
    try:
        b"\n".join(row.tobytes() for row in cells[rows]).decode(ENCODING)
    except UnicodeDecodeError:
        return rows
    return np.zeros_like(rows)


class _Numbers:
    """The numbers of a block: every eight digits a word, all words through the same operations."""

    def __init__(self, block: Block, slots: Sequence[Slot]) -> None:
        self.suspects: Bool = np.zeros(block.count, dtype=np.bool_)
        self.read: list[tuple[Slot, Int64, Bool | None]] = []
        several = max(1, _PIECE_WORDS // (3 * block.count))
        for first in range(0, len(slots), several):
            self._read(block, slots[first : first + several])

    def _read(self, block: Block, slots: Sequence[Slot]) -> None:
        """Read some of the fields."""
        counts = [words_of(slot) for slot in slots]
        words = np.empty((sum(counts), block.count), dtype=np.uint64)
        row = 0
        for slot, count in zip(slots, counts, strict=True):
            for place in range(count):
                _load(words[row + place], block=block, slot=slot, word=count - 1 - place)
            row += count
        words ^= np.uint64(_ZEROS)
        bad = _not_digits(words)
        absents: list[Bool | None] = [None] * len(slots)
        if bad is not None:
            absents = self._blank_ones(words, bad=bad, slots=slots)
        _digits_to_numbers(words)
        row = 0
        for slot, count, absent in zip(slots, counts, absents, strict=True):
            values = _joined(words[row : row + count])
            if slot.flag_at is not None:
                self.suspects |= _sign(values, flags=block.lines[:, slot.flag_at])
            self.read.append((slot, values, absent))
            row += count

    def _blank_ones(self, words: Words, *, bad: Words, slots: Sequence[Slot]) -> list[Bool | None]:
        """Return for each field the records where it is blank, made zeros; others are suspect."""
        absents: list[Bool | None] = []
        row = 0
        for slot in slots:
            count = words_of(slot)
            own = words[row : row + count]
            is_bad = np.any(bad[row : row + count], axis=0)
            absent: Bool | None = None
            if np.any(is_bad):
                blank = np.array([[_blank_word(slot, w)] for w in reversed(range(count))])
                is_blank: Bool = np.all(own == blank, axis=0)
                own[:, is_bad] = 0
                self.suspects |= is_bad & ~is_blank
                absent = is_blank if np.any(is_blank) else None
            absents.append(absent)
            row += count
        return absents


def words_of(slot: Slot) -> int:
    """Return how many words of eight digits a number's field needs."""
    return -(-slot.field.width // WORD)


def foreign_bytes(slot: Slot, *, word: int) -> int:
    """Return how many bytes of a number's word, counted from its end, stand before the field."""
    return max(0, (word + 1) * WORD - slot.field.width)


def low_mask(octets: int) -> int:
    """Return a word with its first bytes set: the low ones, as the first digit stands lowest."""
    return (1 << (8 * octets)) - 1


def _load(words: Words, *, block: Block, slot: Slot, word: int) -> None:
    """Read a word of a field in every record, zeros for the bytes before the field."""
    words[:] = block.words(slot.until - (word + 1) * WORD)
    foreign = low_mask(foreign_bytes(slot, word=word))
    if foreign:
        words &= np.uint64(~foreign & low_mask(WORD))
        words |= np.uint64(_ZEROS & foreign)


def _blank_word(slot: Slot, word: int) -> np.uint64:
    """Return what a word of a blank field is after the digits' own bits are taken off."""
    own = low_mask(WORD) & ~low_mask(foreign_bytes(slot, word=word))
    return np.uint64((_BLANKS ^ _ZEROS) & own)


def _not_digits(words: Words) -> Words | None:
    """Return the bits that no digit has, None where all are digits.

    A byte of 0 to 9 stays below 16 with six added; one that runs over shows in its high half.
    """
    bad = words + _SIXES
    bad |= words
    bad &= _HIGH_HALVES
    return bad if bad.any() else None


def _digits_to_numbers(words: Words) -> None:
    """Make eight digits, a byte each, the first one lowest, a number: by twos, fours, eights."""
    words *= np.uint64(2561)  # 10 × the first + the second, in the second's place
    words >>= np.uint64(8)
    words &= _PAIRS
    words *= np.uint64(6553601)
    words >>= np.uint64(16)
    words &= _FOURS
    words *= np.uint64(42949672960001)
    words >>= np.uint64(32)


def _joined(words: Words) -> Int64:
    """Return the numbers of words that stand one behind the other."""
    values = words[0]
    for word in words[1:]:
        values *= np.uint64(10**8)
        values += word
    signed: Int64 = values.view(np.int64)
    return signed


def _sign(values: Int64, *, flags: Octets) -> Bool:
    """Turn the numbers whose flag is minus; return the rows whose flag does not fit."""
    is_minus = flags == _MINUS
    unsaid = flags == _BLANK
    np.negative(values, out=values, where=is_minus)
    unfit: Bool = ~(is_minus | (flags == _PLUS) | (unsaid & (values == 0)))
    return unfit


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
