"""What a bank's word proves: only a code on its list of final codes, with the right amount."""

from dataclasses import dataclass
from enum import StrEnum

from huoqi.payments.rules.reducer import Event
from huoqi.payments.rules.retrying import NO_ROUTE


class ReplyKind(StrEnum):
    """What came back from a bank, before we judge it."""

    CODE = "code"
    NOT_FOUND = "not_found"
    NO_REPLY = "no_reply"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Reply:
    """A bank's word on one reference: its code, and the amount it speaks of if it says one."""

    kind: ReplyKind
    code: str = ""
    amount_fen: int | None = None
    currency: str = "CNY"


# Codes after ISO 8583, which the simulated banks speak; a real bank brings its own list. A code
# that is not listed proves nothing, whatever its text says.
ACCEPTED_CODES = frozenset({"09"})
SUCCESS_CODES = frozenset({"00"})
REJECT_CODES = {
    "05": "card.payment_refused",
    "14": "card.unknown_to_bank",
    "41": "card.lost",
    "43": "card.lost",
    "51": "card.insufficient_funds",
    "61": "card.daily_limit",
    "62": "card.blocked",
    "92": NO_ROUTE,
    "1A": "card.sms_required",
}


def event_of(reply: Reply, *, expected_fen: int, not_found_is_final: bool) -> Event:
    """Return the evidence that a reply amounts to.

    >>> event_of(Reply(ReplyKind.NO_REPLY), expected_fen=1, not_found_is_final=False)
    <Event.E_TIMEOUT: 'E_TIMEOUT'>
    """
    if reply.kind in (ReplyKind.NO_REPLY, ReplyKind.UNREACHABLE):
        return Event.E_TIMEOUT
    if reply.kind is ReplyKind.NOT_FOUND:
        return Event.E_REJECT if not_found_is_final else Event.E_NOT_FOUND
    if reply.code in SUCCESS_CODES or reply.code in REJECT_CODES:
        return _final(reply, expected_fen=expected_fen)
    return Event.E_ACK if reply.code in ACCEPTED_CODES else Event.E_SOFT_FAIL


def _final(reply: Reply, *, expected_fen: int) -> Event:
    if (reply.amount_fen, reply.currency) != (expected_fen, "CNY"):
        return Event.X_AMOUNT_DIFF
    return Event.E_SUCCESS if reply.code in SUCCESS_CODES else Event.E_REJECT


def reason_of(reply: Reply) -> str:
    """Return the stable code that a refusal is shown under; empty if the bank gave none.

    >>> reason_of(Reply(ReplyKind.CODE, code="51", amount_fen=100))
    'card.insufficient_funds'
    """
    return REJECT_CODES.get(reply.code, "")
