"""What we ask of banks: check a card, move money, say what became of a reference."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import Reply
from huoqi.payments.rules.statements import Statement, StatementHead


@dataclass(frozen=True, slots=True)
class CardCheck:
    """The four elements that the issuer compares; the request's id becomes the agreement."""

    request_id: UUID
    bank: str
    number: str = dataclasses.field(repr=False)
    name: str = dataclasses.field(repr=False)
    national_id: str = dataclasses.field(repr=False)
    mobile: str = dataclasses.field(repr=False)


class CheckAnswer(StrEnum):
    """What an issuer says to a check, or to a question about one."""

    MATCHED = "matched"
    CODE_SENT = "code_sent"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    NO_REPLY = "no_reply"


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """An issuer's answer; ``code`` names the failing element only if the issuer does."""

    answer: CheckAnswer
    code: str = ""


@dataclass(frozen=True, slots=True)
class CodeAttempt:
    """The code from a text message, for the request that it was sent for."""

    request_id: UUID
    bank: str
    code: str = dataclasses.field(repr=False)


class CodeAnswer(StrEnum):
    """What an issuer says to a code."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    NO_REPLY = "no_reply"


@dataclass(frozen=True, slots=True)
class Instruction:
    """An order as its bank is told of it, or asked about it for the ``queries``-th time."""

    shard: int
    order_id: UUID
    bank_ref: str
    bank: str
    channel: str
    direction: Direction
    amount_fen: int
    card_id: UUID
    queries: int

    @property
    def key(self) -> tuple[int, UUID]:
        """Return what finds the order."""
        return self.shard, self.order_id


@dataclass(frozen=True, slots=True)
class Callback:
    """A bank's own call about a reference, its signature checked.

    ``is_stored`` says that our own table holds it, where whoever records it marks it as taken.
    """

    callback_id: str
    bank: str
    bank_ref: str
    reply: Reply
    is_stored: bool = False


class Bank(Protocol):
    """Speaks to banks in batches, one answer an item, in order; never raises for a lost reply.

    Every call happens outside any transaction of ours. Sending a reference that a bank has seen
    before must not move money again; we do it only where its profile says that it dedupes.
    """

    def check_cards(self, checks: Sequence[CardCheck]) -> list[CardAnswer]:
        """Return what the issuers say to four elements each."""
        ...

    def query_checks(self, checks: Sequence[tuple[UUID, str]]) -> list[CardAnswer]:
        """Return what became of checks, by request id and bank."""
        ...

    def confirm_codes(self, attempts: Sequence[CodeAttempt]) -> list[CodeAnswer]:
        """Return whether each code is the one that was sent."""
        ...

    def send(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Tell banks to move money and return their immediate replies."""
        ...

    def query(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Return what the banks know of each reference."""
        ...

    def callbacks(self, *, limit: int) -> list[Callback]:
        """Return callbacks that have come in and are not acknowledged yet, oldest first."""
        ...

    def acknowledge(self, callback_ids: Sequence[str]) -> None:
        """Tell that callbacks are stored for good, so that they do not come again."""
        ...

    def statements(self, *, limit: int) -> list[Statement]:
        """Return pages of statements that came and are not acknowledged yet, oldest first.

        A bank that has none gives none; one that cannot be reached keeps nobody waiting.
        """
        ...

    def acknowledge_statements(self, pages: Sequence[StatementHead]) -> None:
        """Tell that pages are stored for good, accepted or not, so that they do not come again."""
        ...

    def ask_for_statement(self, *, bank: str, on: date) -> bool:
        """Ask a bank for the statement of a day again; tell whether it will come."""
        ...
