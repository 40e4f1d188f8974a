"""What a line of a statement proves of the order that it names, by what was booked of it before."""

from collections.abc import Sequence
from dataclasses import dataclass

from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import Event
from huoqi.payments.rules.statements import StatementEntry, StatementHead


@dataclass(slots=True)
class Booked:
    """An order as its bank must know it, and how often it was booked and taken back until now."""

    bank: str
    direction: Direction
    amount_fen: int
    bookings: int = 0
    reversals: int = 0


def event_of_entry(entry: StatementEntry, order: Booked, *, bank: str) -> Event | None:
    """Return what a line proves and count it; None where it proves nothing of this order.

    The first booking proves the payment, each further one that the bank did it twice; another
    amount or direction is a difference. A line that takes back one of two bookings is the bank's
    own correction and no return of the money.

    >>> from datetime import date
    >>> line = StatementEntry("1", "HQ", 100, True, False, date.min, date.min)
    >>> order = Booked("ICBC", Direction.COLLECT, 100)
    >>> [str(event_of_entry(line, order, bank="ICBC")) for _ in range(2)]
    ['S_BOOKED', 'S_BOOKED_DUP']
    """
    if order.bank != bank:
        return None
    agrees = (entry.amount_fen, entry.direction) == (order.amount_fen, order.direction)
    if entry.is_reversal:
        order.reversals += 1
        if order.reversals < order.bookings:
            return None
        return Event.S_RETURNED if agrees else Event.S_BOOKED_DIFF
    order.bookings += 1
    if order.bookings > 1:
        return Event.S_BOOKED_DUP
    return Event.S_BOOKED if agrees else Event.S_BOOKED_DIFF


def entry_names(entries: Sequence[StatementEntry], *, head: StatementHead) -> list[str]:
    """Return an evidence id a line; the same line of a statement that came anew has the same one.

    A corrected statement comes under another digest, so the name is made of the bank's own names.

    >>> from datetime import date
    >>> line = StatementEntry("E1", "HQ", 100, True, False, date.min, date.min)
    >>> head = StatementHead("ICBC", "6222", "S", 7, date.min, date.min, 0, 0, None, None, None)
    >>> entry_names([line, line], head=head)
    ['statement-7-E1-1', 'statement-7-E1-2']
    """
    seen: dict[str, int] = {}
    names = []
    for place, entry in enumerate(entries, start=1):
        own = entry.entry_id[:64] or f"p{head.page_no}l{place}"
        seen[own] = seen.get(own, 0) + 1
        names.append(f"statement-{head.sequence_no}-{own}-{seen[own]}")
    return names
