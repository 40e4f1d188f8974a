"""The numbers of a block: every eight digits a 64-bit word, all words through the same operations.

Three multiplications turn eight digits into a number, and three turn it back; a block's fields go
through them together, so that little is paid for each call.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from huoqi.fund.ofd.rules.blocks import WORD, Block, Bool, Int64, Octets, Words
from huoqi.fund.ofd.rules.layouts import Slot

_ZEROS = 0x3030303030303030
_BLANKS = 0x2020202020202020
_SIXES = np.uint64(0x0606060606060606)
_HIGH_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)
_PAIRS = np.uint64(0x00FF00FF00FF00FF)
_FOURS = np.uint64(0x0000FFFF0000FFFF)
_EIGHT_DIGITS = np.uint64(10**8)
#: What is worked on at once stays in a core's own cache.
_WORDS_AT_ONCE = 1 << 15
_MINUS, _PLUS, _BLANK = ord("1"), ord("0"), ord(" ")

Read = tuple[str, Int64, Bool | None]


@dataclass(slots=True)
class ReadNumbers:
    """Field, values and blank records of every number; the records in which one looks wrong."""

    read: list[Read]
    suspects: Bool


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of the same number of words, and where these words are: the first ones first.

    Word ``w`` of field ``f`` is at ``w × fields + f``. ``own`` masks the bytes of the field, as the
    first word may begin in front of it.
    """

    slots: tuple[Slot, ...]
    word_count: int
    ends: npt.NDArray[np.intp]
    own: Words

    @property
    def has_foreign_bytes(self) -> bool:
        """Tell whether a word begins in front of its field."""
        return bool((self.own != low_mask(WORD)).any())


def words_of(slot: Slot) -> int:
    """Return how many words of eight bytes a field needs."""
    return -(-slot.field.width // WORD)


def foreign_bytes(slot: Slot, *, word: int) -> int:
    """Return how many bytes of a field's word, counted from its end, stand before the field."""
    return max(0, (word + 1) * WORD - slot.field.width)


def low_mask(octets: int) -> int:
    """Return a word with its first bytes set: the low ones, as the first byte stands lowest."""
    return (1 << (8 * octets)) - 1


def groups_of(slots: tuple[Slot, ...], *, count: int) -> tuple[Group, ...]:
    """Return the fields by their number of words, so many together as suit that many records."""
    return _groups(slots, max(1, _WORDS_AT_ONCE // max(1, count)))


@lru_cache(maxsize=256)
def _groups(slots: tuple[Slot, ...], words_most: int) -> tuple[Group, ...]:
    groups = []
    for count in sorted({words_of(slot) for slot in slots}):
        alike = tuple(slot for slot in slots if words_of(slot) == count)
        several = max(1, words_most // count)
        groups += [_group(alike[n : n + several], count) for n in range(0, len(alike), several)]
    return tuple(groups)


def _group(slots: tuple[Slot, ...], count: int) -> Group:
    places = [(slot, word) for word in reversed(range(count)) for slot in slots]
    ends = [slot.until - word * WORD for slot, word in places]
    own = [low_mask(WORD) & ~low_mask(foreign_bytes(slot, word=word)) for slot, word in places]
    return Group(slots, count, np.array(ends), np.array(own, dtype=np.uint64)[:, np.newaxis])


def read_numbers(block: Block, *, slots: tuple[Slot, ...]) -> ReadNumbers:
    """Return the numbers of some fields; what looks wrong is only marked."""
    found = ReadNumbers([], np.zeros(block.count, dtype=np.bool_))
    for group in groups_of(slots, count=block.count):
        _read_group(block, group, found)
    return found


def _read_group(block: Block, group: Group, found: ReadNumbers) -> None:
    words: Words = np.ascontiguousarray(block.words[:, group.ends].T)
    if group.has_foreign_bytes:
        words &= group.own
        words |= ~group.own & np.uint64(_ZEROS)
    words ^= np.uint64(_ZEROS)
    bad = _not_digits(words)
    is_blank = None if bad is None else _take_blanks(words, bad, group, found)
    _to_numbers(words)
    values = _joined(words.reshape(group.word_count, len(group.slots), -1))
    for row, slot in enumerate(group.slots):
        own: Int64 = values[row]
        if slot.flag_at is not None:
            found.suspects |= _sign(own, flags=block.lines[:, slot.flag_at])
        absent = is_blank[row] if is_blank is not None and is_blank[row].any() else None
        found.read.append((slot.field.name, own, absent))


def _not_digits(words: Words) -> Words | None:
    """Return the bits that no digit has, None where all are digits.

    A byte of 0 to 9 stays below 16 with six added; one that runs over shows in its high half.
    """
    bad = words + _SIXES
    bad |= words
    bad &= _HIGH_HALVES
    return bad if bad.any() else None


def _take_blanks(words: Words, bad: Words, group: Group, found: ReadNumbers) -> Bool:
    """Return, a row a field, the records where it is blank; other strange ones become suspects."""
    shape = (group.word_count, len(group.slots), -1)
    own = words.reshape(shape)
    is_bad = bad.reshape(shape).any(axis=0)
    blank = (np.uint64(_BLANKS ^ _ZEROS) & group.own).reshape(shape)
    is_blank: Bool = (own == blank).all(axis=0)
    found.suspects |= (is_bad & ~is_blank).any(axis=0)
    own[:, is_bad] = 0
    return is_blank


def _to_numbers(words: Words) -> None:
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
        values *= _EIGHT_DIGITS
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


def write_numbers(block: Block, group: Group, magnitudes: Words) -> None:
    """Write numbers of a group's fields, a row a field, as digits behind zeros.

    Each must fit its field; the bytes in front of a field stay as they are.
    """
    words = np.empty((group.word_count, *magnitudes.shape), dtype=np.uint64)
    left = magnitudes
    for word in range(group.word_count - 1, 0, -1):
        quotients = left // _EIGHT_DIGITS
        np.subtract(left, quotients * _EIGHT_DIGITS, out=words[word])
        left = quotients
    words[0] = left
    flat = words.reshape(-1, block.count)
    _to_digits(flat)
    places = block.words
    for digits, end, own in zip(flat, group.ends.tolist(), group.own[:, 0].tolist(), strict=True):
        if own == low_mask(WORD):
            places[:, end] = digits
        elif block.layout.stride >= WORD:
            digits &= np.uint64(own)
            digits |= places[:, end] & np.uint64(low_mask(WORD) & ~own)
            places[:, end] = digits
        else:  # What is in front is the same field of the record before, not written yet.
            count = own.bit_count() // 8
            octets = digits.view(np.uint8).reshape(block.count, WORD)
            block.lines[:, end - count : end] = octets[:, WORD - count :]


def _to_digits(words: Words) -> None:
    """Make numbers of up to eight digits their digits, a byte each, the first one lowest."""
    high = words // np.uint64(10_000)
    words <<= np.uint64(32)
    high *= np.uint64((10_000 << 32) - 1)
    words -= high
    np.multiply(words, np.uint64(10_486), out=high)
    high >>= np.uint64(20)  # a hundredth, below ten thousand
    high &= np.uint64(0x0000007F0000007F)
    words <<= np.uint64(16)
    high *= np.uint64((100 << 16) - 1)
    words -= high
    np.multiply(words, np.uint64(103), out=high)
    high >>= np.uint64(10)  # a tenth, below a hundred
    high &= np.uint64(0x000F000F000F000F)
    words <<= np.uint64(8)
    high *= np.uint64((10 << 8) - 1)
    words -= high
    words += np.uint64(_ZEROS)
