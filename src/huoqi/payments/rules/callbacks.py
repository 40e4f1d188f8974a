"""What a bank's own call may say, byte for byte: anything else is refused before it is evidence."""

import re
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from huoqi.kit.errors import DomainError
from huoqi.payments.rules.replies import Reply, ReplyKind

MOST_BYTES = 4_096
_MOST_FEN = 2**63 - 1
_EVENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_REFERENCE = re.compile(r"[A-Za-z0-9]{1,35}", re.ASCII)
_CODE = re.compile(r"[0-9A-Z]{0,8}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
#: The words of banks that send no codes. A word that is not here proves nothing.
_WORDS = {"SUCCESS": "00", "ACCEPTED": "09"}


class CallbackMalformed(DomainError):
    """A bank's call was signed well and says nothing that can be read; ``part`` tells where."""

    code: ClassVar[str] = "bank_callback.malformed"


class _Body(msgspec.Struct, frozen=True):
    event_id: str
    ref: str
    code: str = ""
    status: str = ""
    amount_fen: int | None = None
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class CallbackText:
    """What one call says: the bank's own name of it, our reference, and the bank's word on that."""

    event_id: str
    bank_ref: str
    reply: Reply


def parse_callback(body: bytes) -> CallbackText:
    """Return what a call says. Errors: CallbackMalformed.

    >>> parse_callback(b'{"event_id": "e1", "ref": "HQ1", "code": "00", "amount_fen": 1}').bank_ref
    'HQ1'
    """
    if len(body) > MOST_BYTES:
        raise CallbackMalformed(part="size")
    try:
        said = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise CallbackMalformed(part="body") from None
    for part, pattern, text in (
        ("event_id", _EVENT_ID, said.event_id),
        ("ref", _REFERENCE, said.ref),
        ("code", _CODE, said.code),
        ("currency", _CURRENCY, said.currency),
    ):
        if not pattern.fullmatch(text):
            raise CallbackMalformed(part=part)
    if said.amount_fen is not None and not 0 <= said.amount_fen <= _MOST_FEN:
        raise CallbackMalformed(part="amount_fen")
    code = said.code or _WORDS.get(said.status, "")
    reply = Reply(ReplyKind.CODE, code, said.amount_fen, said.currency)
    return CallbackText(said.event_id, said.ref, reply)
