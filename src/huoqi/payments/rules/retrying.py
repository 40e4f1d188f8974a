"""What may be tried again by itself, and when: only what is proven not to have moved any money."""

from dataclasses import dataclass
from datetime import timedelta

from huoqi.payments.rules.bank_profiles import Direction

NO_ROUTE = "channel.no_route"
NOT_EXECUTED = "payment.not_executed"
MOST_TRIES = 4
_PAUSES = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))


@dataclass(frozen=True, slots=True)
class NextTry:
    """A new attempt: over another channel at once, or over any after a pause."""

    avoids_tried: bool
    after: timedelta


def next_tries(reason: str, *, attempt: int, direction: Direction) -> tuple[NextTry, ...]:
    """Return what to try after a proven refusal, the first that can be placed; nothing if not.

    A channel that could not route has touched no card: another one is asked at once, and for a
    payout the same ones after a pause. A payout that complete statements prove absent is sent
    anew. A customer is never debited later than she watched: such a collection stays refused.
    What the card's own bank refused (lost, no funds, limits) is for the customer.

    >>> next_tries("card.lost", attempt=1, direction=Direction.PAYOUT)
    ()
    """
    if attempt >= MOST_TRIES or reason not in (NO_ROUTE, NOT_EXECUTED):
        return ()
    switch = NextTry(avoids_tried=True, after=timedelta(0))
    if direction is Direction.COLLECT:
        return (switch,) if reason == NO_ROUTE else ()
    if reason == NOT_EXECUTED:
        return (NextTry(avoids_tried=False, after=timedelta(0)),)
    return (switch, NextTry(avoids_tried=False, after=_PAUSES[attempt - 1]))
