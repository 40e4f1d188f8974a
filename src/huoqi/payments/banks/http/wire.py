"""What stands in requests and answers: JSON with fixed names, read strictly, told in few words.

An answer that cannot be read is no answer of the bank's: it proves nothing, and it never raises.
"""

import logging
import re
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from huoqi.payments.banks.port import (
    CardAnswer,
    CardCheck,
    CheckAnswer,
    CodeAnswer,
    CodeAttempt,
    Instruction,
)
from huoqi.payments.formats.camt import Expected
from huoqi.payments.formats.delimited import Known, default_form
from huoqi.payments.formats.rules.refusals import FormatError
from huoqi.payments.formats.sources import BytesSource
from huoqi.payments.formats.statements import read_statements
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import Reply, ReplyKind
from huoqi.payments.rules.statements import Statement

NOT_FOUND = "25"
CAMT_053, DELIMITED = "camt.053", "delimited"
_LOG = logging.getLogger("huoqi.bank_lines")
_MOST_FEN = 2**63 - 1
_WORD = re.compile(r"[0-9A-Za-z_.]{0,40}", re.ASCII)
_CODE = re.compile(r"[0-9A-Z]{1,8}", re.ASCII)
#: Proves nothing: the bank was reached, and what came back is no word of it.
UNREADABLE = Reply(ReplyKind.CODE, code="")


class StatementsUnreadable(ValueError):
    """What came in answer to a wish for statements is none."""


class Payment(msgspec.Struct, frozen=True):
    """A movement of money as it is ordered, or asked about for the ``queries``-th time."""

    shard: int
    order_id: UUID
    ref: str
    channel: str
    direction: Direction
    amount_fen: int
    card: UUID
    currency: str = "CNY"
    queries: int = 0

    def instruction(self, bank: str) -> Instruction:
        """Return it as the port has it."""
        return Instruction(
            shard=self.shard,
            order_id=self.order_id,
            bank_ref=self.ref,
            bank=bank,
            channel=self.channel,
            direction=self.direction,
            amount_fen=self.amount_fen,
            card_id=self.card,
            queries=self.queries,
        )


class CheckBody(msgspec.Struct, frozen=True):
    """Four elements of a card."""

    request_id: UUID
    number: str
    name: str
    national_id: str
    mobile: str

    def check(self, bank: str) -> CardCheck:
        """Return it as the port has it."""
        return CardCheck(
            request_id=self.request_id,
            bank=bank,
            number=self.number,
            name=self.name,
            national_id=self.national_id,
            mobile=self.mobile,
        )


class CodeBody(msgspec.Struct, frozen=True):
    """A code from a text message; empty where only the check is asked about."""

    request_id: UUID
    code: str = ""


class Said(msgspec.Struct, frozen=True):
    """A bank's word on a reference."""

    ref: str
    code: str
    amount_fen: int | None = None
    currency: str = "CNY"


class SaidOfCard(msgspec.Struct, frozen=True):
    """An issuer's word on a card."""

    answer: str
    code: str = ""


class StatementsWanted(msgspec.Struct, frozen=True):
    """A wish to have the statements that nobody has heard, in a form."""

    limit: int
    form: str = CAMT_053


class StatementText(msgspec.Struct, frozen=True):
    """A statement as a bank writes it; a delimited one does not say all of itself."""

    form: str
    text: str
    account: str = ""
    statement_id: str = ""
    day_on: date | None = None


class Statements(msgspec.Struct, frozen=True):
    """Statements as a bank gives them out, oldest first."""

    pages: Sequence[StatementText]


class StatementsHeard(msgspec.Struct, frozen=True):
    """Numbers of statements that are stored for good."""

    sequences: Sequence[int]


class StatementAgain(msgspec.Struct, frozen=True):
    """A wish to have the statement of a day again, and whether it will come."""

    day_on: date | None = None
    comes: bool = False


def statements_in(body: bytes, *, bank: str) -> list[Statement]:
    """Return the statements that a bank gave; one that is not as its form says is left out.

    Errors: StatementsUnreadable, where the whole answer is.
    """
    try:
        found = msgspec.json.decode(body, type=Statements)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise StatementsUnreadable from None
    pages: list[Statement] = []
    for page in found.pages:
        known = Known(page.account, page.statement_id, page.day_on)
        form = None if page.form == CAMT_053 else default_form()
        source = BytesSource(page.text.encode())
        try:
            expected = Expected(bank)
            pages += read_statements(source, expected=expected, form=form, known=known)
        except FormatError as refusal:
            _LOG.warning("a statement of %s cannot be read: %s", bank, refusal.code)
    return pages


def again_in(body: bytes) -> bool:
    """Tell whether a bank says that a statement will come again."""
    try:
        return msgspec.json.decode(body, type=StatementAgain).comes
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def payment_body(item: Instruction) -> bytes:
    """Return an instruction as it goes over the line."""
    return msgspec.json.encode(
        Payment(
            shard=item.shard,
            order_id=item.order_id,
            ref=item.bank_ref,
            channel=item.channel,
            direction=item.direction,
            amount_fen=item.amount_fen,
            card=item.card_id,
            queries=item.queries,
        )
    )


def check_body(check: CardCheck) -> bytes:
    """Return a card check as it goes over the line."""
    body = CheckBody(check.request_id, check.number, check.name, check.national_id, check.mobile)
    return msgspec.json.encode(body)


def code_body(attempt: CodeAttempt) -> bytes:
    """Return a code as it goes over the line."""
    return msgspec.json.encode(CodeBody(attempt.request_id, attempt.code))


def asked_body(request_id: UUID) -> bytes:
    """Return a question about a check as it goes over the line."""
    return msgspec.json.encode(CodeBody(request_id))


def reply_in(body: bytes, *, ref: str, is_query: bool) -> Reply:
    """Return a bank's word on a reference; whatever is not one is unreadable.

    "Not found" means something only as the answer to a question.

    >>> reply_in(b'{"ref": "HQ1", "code": "00", "amount_fen": 5}', ref="HQ1", is_query=False).code
    '00'
    """
    try:
        said = msgspec.json.decode(body, type=Said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return UNREADABLE
    amount, currency = said.amount_fen, said.currency
    if said.ref != ref or not _CODE.fullmatch(said.code) or len(currency) != 3:
        return UNREADABLE
    if amount is not None and not 0 <= amount <= _MOST_FEN:
        return UNREADABLE
    if said.code == NOT_FOUND:
        return Reply(ReplyKind.NOT_FOUND) if is_query else UNREADABLE
    return Reply(ReplyKind.CODE, said.code, amount, currency)


def card_answer_in(body: bytes) -> CardAnswer:
    """Return an issuer's word on a card; whatever is not one is no reply."""
    said = _said_of_card(body)
    if said is None or said.answer not in set(CheckAnswer):
        return CardAnswer(CheckAnswer.NO_REPLY)
    return CardAnswer(CheckAnswer(said.answer), said.code)


def code_answer_in(body: bytes) -> CodeAnswer:
    """Return an issuer's word on a code; whatever is not one is no reply."""
    said = _said_of_card(body)
    if said is None or said.answer not in set(CodeAnswer):
        return CodeAnswer.NO_REPLY
    return CodeAnswer(said.answer)


def _said_of_card(body: bytes) -> SaidOfCard | None:
    try:
        said = msgspec.json.decode(body, type=SaidOfCard)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return said if _WORD.fullmatch(said.code) else None
