"""What both sides of the folder mean by their words: statuses, reasons, questions, cards."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from huoqi.payments.banks.port import CardAnswer, CheckAnswer, CodeAnswer
from huoqi.payments.formats.orders import PaymentStatus
from huoqi.payments.rules.replies import Reply, ReplyKind

_SUCCESS, _REJECTED, _NOT_KNOWN = frozenset({"ACSC", "ACCC"}), "RJCT", "NFND"
_IN_PROCESS = frozenset({"ACTC", "ACCP", "ACSP", "PDNG"})
_REASONS = {
    "AC01": "14",
    "LOST": "41",
    "AM04": "51",
    "AM02": "61",
    "AC06": "62",
    "NORT": "92",
    "SMSR": "1A",
}
_REASON_OF = {code: reason for reason, code in _REASONS.items()}
_OTHER_REASON = "05"
_ASK_HEADER = ("ref", "queries", "channel")
_MOST_ASKED = 100_000
#: Proves nothing: the bank was reached, and what came is no word that counts.
NO_WORD = Reply(ReplyKind.CODE, code="")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a reference, for the so manieth time."""

    bank_ref: str
    queries: int
    channel: str


def reply_of(status: PaymentStatus) -> Reply:
    """Return what a status says, in the codes that are judged.

    Nothing is proven without an amount.

    >>> reply_of(PaymentStatus("HQ1", "RJCT", "AM04", 100)).code
    '51'
    """
    if status.status == _NOT_KNOWN:
        return Reply(ReplyKind.NOT_FOUND)
    if status.status in _IN_PROCESS:
        return Reply(ReplyKind.CODE, "09", status.amount_fen, status.currency)
    if status.amount_fen is None or status.status not in (*_SUCCESS, _REJECTED):
        return NO_WORD
    code = "00" if status.status in _SUCCESS else _REASONS.get(status.reason, _OTHER_REASON)
    return Reply(ReplyKind.CODE, code, status.amount_fen, status.currency)


def status_of(reply: Reply, *, bank_ref: str) -> PaymentStatus | None:
    """Return how a bank of the sandbox writes a reply, None where it says nothing.

    >>> status_of(Reply(ReplyKind.CODE, "51", 100), bank_ref="HQ1").status
    'RJCT'
    """
    if reply.kind is ReplyKind.NOT_FOUND:
        return PaymentStatus(bank_ref, _NOT_KNOWN)
    if reply.kind is not ReplyKind.CODE:
        return None
    fen, currency = reply.amount_fen, reply.currency
    if reply.code == "00":
        return PaymentStatus(bank_ref, "ACSC", "", fen, currency)
    if reply.code == "09":
        return PaymentStatus(bank_ref, "ACSP", "", fen, currency)
    reason = _REASON_OF.get(reply.code, "NARR")
    return PaymentStatus(bank_ref, _REJECTED, reason, fen, currency)


def render_questions(asked: Iterable[Asked]) -> bytes:
    """Return the file of questions about references."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_ASK_HEADER)
    rows.writerows((each.bank_ref, each.queries, each.channel) for each in asked)
    return text.getvalue().encode("ascii")


def parse_questions(data: bytes) -> list[Asked]:
    """Return the questions of a file; raise ValueError for anything else."""
    rows = list(csv.reader(io.StringIO(data.decode("ascii")), strict=True))
    if not rows or tuple(rows[0]) != _ASK_HEADER or len(rows) > _MOST_ASKED:
        raise ValueError("no questions")
    return [Asked(ref, int(queries), channel) for ref, queries, channel in rows[1:]]


class CardFile(msgspec.Struct, frozen=True):
    """What a question about a card says; the four elements go with a check only."""

    number: str = ""
    name: str = ""
    national_id: str = ""
    mobile: str = ""
    code: str = ""

    def __repr__(self) -> str:
        return "CardFile()"  # A person's data goes into no log.


class CardWord(msgspec.Struct, frozen=True):
    """A bank's answer about a card."""

    answer: str
    code: str = ""


def card_answer_in(data: bytes) -> CardAnswer:
    """Return an issuer's answer; what is none is no reply."""
    try:
        word = msgspec.json.decode(data, type=CardWord)
        return CardAnswer(CheckAnswer(word.answer), code=word.code[:40])
    except (ValueError, RecursionError):
        return CardAnswer(CheckAnswer.NO_REPLY)


def code_answer_in(data: bytes) -> CodeAnswer:
    """Return an issuer's word about a code; what is none is no reply."""
    try:
        return CodeAnswer(msgspec.json.decode(data, type=CardWord).answer)
    except (ValueError, RecursionError):
        return CodeAnswer.NO_REPLY
