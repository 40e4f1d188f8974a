"""The full outer join of three sides on their references, compiled, a part of them at a time.

A reference is two 64-bit halves. Each side is spread over parts by its references; the rows of a
part fit the processor's cache, so that looking up one of them costs little. What a row says beside
its amount is one number: the day, and below it eight bits of flags.
"""

import numpy as np
import numpy.typing as npt

from huoqi.kit.compiled import compiled, inlined

Int64 = npt.NDArray[np.int64]

# Fields of a row that was spread over the parts.
HIGH, LOW, AMOUNT, META, ROW, FIELDS = range(6)
# Flags of each side, below the day.
DAY_SHIFT = 8
PAYOUT = 1
DEAD, DUE, WANTS_FUND, MAY_SPLIT = 2, 4, 8, 16  # of an order
REVERSAL = 2  # of an entry
CONFIRMED = 2  # of an answer
# What is known of a reference; the first four are those of a row.
(OF_ORDER, BOOKED, BOOKED_FEN, REVERSED, REVERSED_FEN, BOOKED_ON, OF_ENTRY, ANSWERS, ANSWERED_FEN,
 REFUSALS, OF_ANSWER, KNOWN) = range(4, 16)  # fmt: skip
# Fields of a finding: class, difference, whether it has one, and its row on each side.
CLASS, DIFFERENCE, DIFFERS, ORDER_ROW, ENTRY_ROW, ANSWER_ROW, FOUND = range(7)
(NOT_IN_LEDGER, BANK_ONLY_AFTER_REJECT, MISSING_IN_BANK, BANK_DUPLICATE, BANK_AMOUNT_MISMATCH,
 BANK_RETURNED, MISSING_IN_FUND, FUND_REJECTED, FUND_AMOUNT_MISMATCH, CUT_OFF_TAIL, MATCHED,
 CLASSES) = range(12)  # fmt: skip
_LOW_BITS = 0x7FFFFFFFFFFF


@inlined
def _mixed(high: int, low: int) -> int:
    """Return a number whose low bits differ for references that differ anywhere."""
    both = low ^ (high >> 7) ^ (high << 3)
    both ^= both >> 31
    both ^= both >> 17
    return both & _LOW_BITS


@compiled
def count_parts(high: Int64, low: Int64, counts: Int64) -> None:
    """Count the rows of each part."""
    most = counts.size - 1
    for i in range(high.size):
        counts[_mixed(high[i], low[i]) & most] += 1


@compiled
def spread(columns: tuple[Int64, Int64, Int64, Int64], places: Int64, rows: Int64) -> None:
    """Write the rows of each part side by side, in their order; ``places`` is where each begins."""
    high, low, amount, meta = columns
    most = places.size - 1
    for i in range(high.size):
        part = _mixed(high[i], low[i]) & most
        place = places[part]
        places[part] = place + 1
        rows[place, HIGH] = high[i]
        rows[place, LOW] = low[i]
        rows[place, AMOUNT] = amount[i]
        rows[place, META] = meta[i]
        rows[place, ROW] = i


@inlined
def _place_of(
    high: int, low: int, table: Int64, known: Int64, count: int, shift: int
) -> tuple[int, int]:
    """Return where a reference is known, taking it in where it is not, and how many are known."""
    most = table.size - 1
    slot = (_mixed(high, low) >> shift) & most
    place = table[slot] - 1
    while place >= 0 and (known[place, LOW] != low or known[place, HIGH] != high):
        slot = (slot + 1) & most
        place = table[slot] - 1
    if place < 0:
        place = count
        table[slot] = count + 1
        for field in range(KNOWN):
            known[place, field] = 0
        known[place, HIGH] = high
        known[place, LOW] = low
        known[place, OF_ORDER] = -1
        known[place, OF_ENTRY] = -1
        known[place, OF_ANSWER] = -1
        count += 1
    return place, count


@compiled
def gather(
    orders: Int64, entries: Int64, answers: Int64, table: Int64, known: Int64, shift: int
) -> int:
    """Take in what the three sides of a part say, and return how many references there are."""
    count = 0
    for i in range(orders.shape[0]):
        place, count = _place_of(orders[i, HIGH], orders[i, LOW], table, known, count, shift)
        known[place, AMOUNT] = orders[i, AMOUNT]
        known[place, META] = orders[i, META]
        known[place, OF_ORDER] = orders[i, ROW]
    for i in range(entries.shape[0]):
        place, count = _place_of(entries[i, HIGH], entries[i, LOW], table, known, count, shift)
        meta = entries[i, META]
        signed = -entries[i, AMOUNT] if meta & PAYOUT else entries[i, AMOUNT]
        if known[place, OF_ENTRY] < 0:
            known[place, OF_ENTRY] = entries[i, ROW]
        if meta & REVERSAL:
            known[place, REVERSED] += 1
            known[place, REVERSED_FEN] += signed
        else:
            known[place, BOOKED] += 1
            known[place, BOOKED_FEN] += signed
        known[place, BOOKED_ON] = max(known[place, BOOKED_ON], meta >> DAY_SHIFT)
    for i in range(answers.shape[0]):
        place, count = _place_of(answers[i, HIGH], answers[i, LOW], table, known, count, shift)
        if known[place, OF_ANSWER] < 0:
            known[place, OF_ANSWER] = answers[i, ROW]
        known[place, ANSWERS] += 1
        known[place, ANSWERED_FEN] += answers[i, AMOUNT]
        if not answers[i, META] & CONFIRMED:
            known[place, REFUSALS] += 1
    return count


@inlined
def _of_bank(meta: int, booked: int, reversed_count: int, off: int) -> int:
    """Return the class of an order that has entries, as far as they tell; CLASSES if they fit."""
    if booked > 1 and not (meta & MAY_SPLIT and off == 0):
        return BANK_DUPLICATE
    if off != 0:
        return BANK_AMOUNT_MISMATCH
    return BANK_RETURNED if reversed_count else CLASSES


@inlined
def _of_fund(answers: int, refusals: int, off: int) -> int:
    """Return the class of an order that its manager has to answer; CLASSES if the answer fits."""
    if answers == 0:
        return MISSING_IN_FUND
    if refusals:
        return FUND_REJECTED
    return FUND_AMOUNT_MISMATCH if off != 0 else CLASSES


@inlined
def _without_entry(meta: int, amount: int) -> tuple[int, int]:
    """Return class and difference of an order that no entry names."""
    if meta & DEAD or not meta & DUE:
        return CLASSES, 0
    return MISSING_IN_BANK, -amount


@inlined
def _judged(known: Int64, i: int) -> tuple[int, int]:
    """Return class and difference; the class CLASSES where nothing is told."""
    meta, amount, has_bank = known[i, META], known[i, AMOUNT], known[i, OF_ENTRY] >= 0
    moved = known[i, BOOKED_FEN] if known[i, BOOKED] else known[i, REVERSED_FEN]
    if known[i, OF_ORDER] < 0:
        return NOT_IN_LEDGER, abs(moved if has_bank else known[i, ANSWERED_FEN])
    if not has_bank:
        return _without_entry(meta, amount)
    moved = -moved if meta & PAYOUT else moved
    if meta & DEAD:
        return BANK_ONLY_AFTER_REJECT, moved
    of_class = _of_bank(meta, known[i, BOOKED], known[i, REVERSED], moved - amount)
    if of_class != CLASSES:
        return of_class, moved - amount
    if meta & WANTS_FUND:
        off = known[i, ANSWERED_FEN] - amount
        of_class = _of_fund(known[i, ANSWERS], known[i, REFUSALS], off)
        if of_class != CLASSES:
            return of_class, off if of_class == FUND_AMOUNT_MISMATCH else -amount
    return (CUT_OFF_TAIL if known[i, BOOKED_ON] > meta >> DAY_SHIFT else MATCHED), 0


@compiled
def judge(known: Int64, count: int, found: Int64, counts: Int64) -> int:
    """Write what is to be told of the references of a part; return how many findings there are.

    What matched is counted only.
    """
    told = 0
    for i in range(count):
        of_class, difference = _judged(known, i)
        if of_class == CLASSES:
            continue
        counts[of_class] += 1
        if of_class == MATCHED:
            continue
        found[told, CLASS] = of_class
        found[told, DIFFERENCE] = difference
        found[told, DIFFERS] = of_class < CUT_OFF_TAIL
        found[told, ORDER_ROW] = known[i, OF_ORDER]
        found[told, ENTRY_ROW] = known[i, OF_ENTRY]
        found[told, ANSWER_ROW] = known[i, OF_ANSWER]
        told += 1
    return told
