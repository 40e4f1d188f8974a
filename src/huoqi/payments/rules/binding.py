"""The life of a card on its way to being bound: what each answer of its issuer means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from huoqi.payments.cards import CardState

ATTEMPTS_A_DAY = 5  # per customer, card and device (unverified)
WRONG_CODES_MAX = 5  # unverified
CODE_VALID = timedelta(minutes=10)  # unverified
CHECK_DEADLINE = timedelta(seconds=30)
_QUERY_AFTER_S = (30, 60, 300, 1_800, 7_200, 21_600)
_DAY_S = 86_400


class Heard(StrEnum):
    """What was heard of a check, a question about it, or a code."""

    MATCHED = "matched"
    CODE_SENT = "code_sent"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    NO_REPLY = "no_reply"
    CODE_RIGHT = "right"
    CODE_WRONG = "wrong"
    CODE_LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Next:
    """A card's next state, the reason shown for it, and when it must be looked at again."""

    state: CardState
    reason: str = ""
    next_at: datetime | None = None
    wrong_codes: int = 0


def after_check(
    heard: Heard, *, state: CardState, code: str, queries: int, at: datetime
) -> Next | None:
    """Return what an answer about a check does to a card, or None if it comes too late.

    An issuer that never saw the request moved nothing, so "not found" ends the attempt; a lost
    reply ends nothing and is asked about by the same request id.
    """
    if state not in (CardState.CHECKING, CardState.UNKNOWN):
        return None
    if heard is Heard.MATCHED:
        return Next(CardState.BOUND)
    if heard is Heard.CODE_SENT:
        return Next(CardState.SMS_SENT, next_at=at + CODE_VALID)
    if heard is Heard.REFUSED:
        return Next(CardState.REJECTED, reason=code or "card.refused")
    if heard is Heard.NOT_FOUND:
        return Next(CardState.REJECTED, reason="card.check_not_received")
    return Next(CardState.UNKNOWN, next_at=next_question_at(queries=queries, at=at))


def after_code(heard: Heard, *, wrong_codes: int, expires_at: datetime, at: datetime) -> Next:
    """Return what the issuer's word on a code does to a card that waits for one.

    A locked or lost answer leaves the card as it is: the code may be tried again in its time.
    """
    if heard is Heard.CODE_RIGHT:
        return Next(CardState.BOUND, wrong_codes=wrong_codes)
    if at >= expires_at:
        return Next(CardState.REJECTED, reason="card.code_expired", wrong_codes=wrong_codes)
    if heard is Heard.CODE_WRONG and wrong_codes + 1 >= WRONG_CODES_MAX:
        return Next(CardState.REJECTED, reason="card.too_many_codes", wrong_codes=wrong_codes + 1)
    wrong = wrong_codes + (heard is Heard.CODE_WRONG)
    return Next(CardState.SMS_SENT, next_at=expires_at, wrong_codes=wrong)


def next_question_at(*, queries: int, at: datetime) -> datetime:
    """Return when to ask about a check again: soon at first, then once a day until it is known."""
    seconds = _QUERY_AFTER_S[queries] if queries < len(_QUERY_AFTER_S) else _DAY_S
    return at + timedelta(seconds=seconds)
