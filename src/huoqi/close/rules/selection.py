"""The last holder who gets an odd fen, found by questions that any number of partitions answer.

Holders stand in line by remainder, the largest first, then by account, the lowest first. A
question asks for a count by sixteen bits of one of the two; the answers of all partitions are
added, and the next question looks closer, until few enough are left to be listed. No partition
sends more than 65,536 counts or `LISTED` holders, however many it has.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]

DIGIT_BITS = 16
BUCKETS = 1 << DIGIT_BITS
LISTED = 1 << 18
_ACCOUNT_SHIFT = 48
_LIMIT_BITS = 63


class Field(IntEnum):
    """What a question is about."""

    REMAINDER = 0
    ACCOUNT = 1


@dataclass(frozen=True, slots=True)
class Question:
    """Count by sixteen bits above ``shift``, among those whose higher bits are ``prefix``.

    A question about accounts is put to holders whose remainder is ``level``.
    """

    field: Field
    level: int
    prefix: int
    shift: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Where the last one served stands: among ``count`` holders, as number ``wanted`` of them.

    ``question`` names them: those whose bits above its shift are its prefix.
    """

    question: Question
    wanted: int
    count: int

    @property
    def is_short(self) -> bool:
        """Tell whether these holders can be listed and put in line."""
        return self.count <= LISTED


def digit_bits(*, numerator: int, denominator: int) -> int:
    """Return how many bits of the numerator may be multiplied at once; 0 means all of them.

    Below the denominator, remainder × base + units × digit has to stay under 2**63.

    >>> digit_bits(numerator=136_920, denominator=10**9)
    0
    >>> digit_bits(numerator=7 * 10**9, denominator=3 * 10**14)
    13
    """
    assert 0 <= numerator <= denominator, "an income above all units is refused before"
    if (denominator - 1) * numerator < 1 << _LIMIT_BITS:
        return 0
    bits = ((1 << _LIMIT_BITS) // (2 * denominator)).bit_length() - 1
    assert bits > 0, "no fund has so many units"
    return bits


def first_question(*, denominator: int) -> Question:
    """Return the question about the highest sixteen bits that a remainder can have."""
    beyond = max(0, (denominator - 1).bit_length() - DIGIT_BITS)
    return Question(Field.REMAINDER, 0, 0, -(-beyond // DIGIT_BITS) * DIGIT_BITS)


def narrowed(question: Question, *, counts: Int64, wanted: int) -> Narrowed:
    """Return the bucket in which the holder with the number ``wanted`` stands, counted in line."""
    assert 0 < wanted <= int(counts.sum())
    in_line = counts[::-1] if question.field is Field.REMAINDER else counts
    passed = np.cumsum(in_line)
    place = int(np.searchsorted(passed, wanted))
    before = int(passed[place]) - int(in_line[place])
    bucket = BUCKETS - 1 - place if question.field is Field.REMAINDER else place
    found = replace(question, prefix=(question.prefix << DIGIT_BITS) | bucket)
    return Narrowed(found, wanted - before, int(in_line[place]))


def closer(found: Narrowed) -> Question:
    """Return the question that divides these holders further."""
    question = found.question
    if question.shift:
        return replace(question, shift=question.shift - DIGIT_BITS)
    assert question.field is Field.REMAINDER, "an account stands in a book once"
    return Question(Field.ACCOUNT, question.prefix, 0, _ACCOUNT_SHIFT)


def last_in_line(holders: Int64, *, wanted: int) -> tuple[int, int]:
    """Return remainder and account of the holder with this number, of pairs of the two."""
    line = np.lexsort((holders[:, 1], -holders[:, 0]))
    remainder, account = holders[line[wanted - 1]].tolist()
    return remainder, account
