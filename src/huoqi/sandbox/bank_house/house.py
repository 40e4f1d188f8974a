"""The banks at work: what they do about each call, with books of their own.

The decisions are those of the banks in the database (`payments/banks/simulated/deciding.py`); only
the books differ. Every answer is given after what it says is on the disk.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from huoqi.payments.banks.port import (
    CardAnswer,
    CardCheck,
    CheckAnswer,
    CodeAnswer,
    CodeAttempt,
    Instruction,
)
from huoqi.payments.banks.simulated.deciding import (
    ON_CALL,
    ON_CHECK,
    UNREACHABLE,
    Chances,
    on_call,
    on_send,
    reply_of,
    try_code,
)
from huoqi.payments.banks.simulated.deeds import FaultMix, answer_to_check
from huoqi.payments.banks.simulated.truth import Fault, Faults, KnownDeed
from huoqi.payments.rules.replies import Reply
from huoqi.payments.rules.statements import Statement
from huoqi.sandbox.bank_house.books_store import Books, DueCall, Execution
from huoqi.sandbox.bank_house.instants import instant_of, us_of
from huoqi.sandbox.bank_house.telling import Standing, Told


class House:
    """All banks at once; each verb may be called from any thread, and is whole or not at all."""

    def __init__(self, books: Books, *, seed: str, mix: FaultMix | None = None) -> None:
        self._books = books
        self._chances = Chances(seed, mix or FaultMix())
        self._twice = frozenset(books.note("twice").split())
        self._callbacks_to = books.note("callbacks_to")

    # Time, and what goes wrong.

    def tell(self, told: Told) -> None:
        """Take the business time and the faults; what is not told stays as it was."""
        with self._books.transaction():
            self._books.tell_us(us_of(told.at))
            self._books.set_note("twice", " ".join(told.twice))
            self._books.set_note("callbacks_to", told.callbacks_to)
            self._books.tell_desks(told.desks)
            if told.faults is not None:
                self._books.tell_faults(told.faults)
        self._twice = frozenset(told.twice)
        self._callbacks_to = told.callbacks_to

    @property
    def callbacks_to(self) -> str:
        """Return the address that calls go to, empty where none was told."""
        return self._callbacks_to

    def standing(self, at: datetime) -> Standing:
        """Return how far the house has come."""
        with self._books.reading():
            now_us = self._books.told_us() or us_of(at)
            next_us = self._books.next_call_us(now_us)
            return Standing(
                at=instant_of(now_us),
                unheard=self._books.calls_unheard(now_us),
                next_call_at=None if next_us is None else instant_of(next_us),
                spent=[
                    fault.fault_id
                    for fault, struck in self._books.faults()
                    if fault.remaining is not None and struck >= fault.remaining
                ],
            )

    @contextmanager
    def _striking(self, at: datetime) -> Iterator[Faults]:
        """Yield the faults in force inside a transaction that also keeps how often they struck."""
        with self._books.promise():
            found = [each for each in self._books.faults() if each[0].strikes_at(at)]
            left: list[tuple[Fault, int]] = [(told.left(struck), struck) for told, struck in found]
            before = [fault.remaining for fault, _ in left]
            yield Faults([fault for fault, _ in left])
            for (fault, struck), had in zip(left, before, strict=True):
                if had is not None and fault.remaining is not None and fault.remaining != had:
                    self._books.save_strikes(fault.fault_id, struck + had - fault.remaining)

    # Cards.

    def check_card(self, check: CardCheck, *, at: datetime) -> CardAnswer:
        """Return what the issuer says to four elements."""
        with self._striking(at) as faults:
            says = answer_to_check(check.number[-4:])
            fault = faults.striking(ON_CHECK, bank=check.bank)
            if fault is None or fault.fault == "reply_lost":
                self._books.add_card(check, says)
            return says if fault is None else CardAnswer(CheckAnswer.NO_REPLY)

    def query_check(self, request_id: UUID, *, bank: str, at: datetime) -> CardAnswer:
        """Return what became of a check."""
        with self._striking(at) as faults:
            if faults.striking(ON_CALL, bank=bank):
                return CardAnswer(CheckAnswer.NO_REPLY)
            card = self._books.card(request_id)
            return card.says() if card else CardAnswer(CheckAnswer.NOT_FOUND)

    def confirm_code(self, attempt: CodeAttempt, *, at: datetime) -> CodeAnswer:
        """Return whether a code is right."""
        with self._striking(at) as faults:
            if faults.striking(ON_CALL, bank=attempt.bank):
                return CodeAnswer.NO_REPLY
            card = self._books.card(attempt.request_id)
            if card is None:
                return CodeAnswer.WRONG
            answer = try_code(card, attempt.code, at=at)
            if answer is not CodeAnswer.LOCKED:
                self._books.save_card(card)
            return answer

    # Money.

    def send(self, item: Instruction, *, at: datetime) -> Reply:
        """Move money, or fail to, and reply, or fail to."""
        with self._striking(at) as faults:
            known = self._books.deed(item.bank_ref, bank=item.bank)
            if known is not None:
                return self._again(item, known, at=at)
            fault = faults.striking(on_send(item.channel), bank=item.bank)
            card = self._books.card(item.card_id)
            deed = self._chances.decide(item, card=card, at=at, fault=fault)
            if deed.received:
                self._books.add_deed(deed, at=at)
            return reply_of(deed, at=at)

    def _again(self, item: Instruction, known: KnownDeed, *, at: datetime) -> Reply:
        """Answer a reference that is known: only a bank that does not compare them moves money."""
        if item.bank in self._twice and known.times:
            self._books.add_execution(item.bank_ref, at=at)
        return known.says_again(at)

    def query(self, item: Instruction, *, at: datetime) -> Reply:
        """Return what a bank knows of a reference at this moment."""
        with self._striking(at) as faults:
            if faults.striking(on_call(item.channel), bank=item.bank):
                return UNREACHABLE
            known = self._books.deed(item.bank_ref, bank=item.bank)
            return self._chances.answer(item, known=known, at=at)

    def executions(self, *, until: datetime) -> list[Execution]:
        """Return all money that has moved until an instant, oldest first."""
        with self._books.reading():
            return self._books.executions(us_of(until))

    # Statements.

    def statements(self, bank: str, *, at: datetime, limit: int) -> list[Statement]:
        """Return statements of a bank that are given out and nobody has heard, oldest first."""
        with self._striking(at) as faults:
            desk = self._books.desk(bank)
            if desk is None:
                return []
            return self._books.statements.given_out(desk, at=at, faults=faults, limit=limit)

    def were_heard(self, bank: str, sequences: Sequence[int]) -> None:
        """Keep that statements were stored for good, so that they do not come again."""
        with self._books.transaction():
            self._books.statements.were_heard(bank, sequences)

    def give_again(self, bank: str, *, on: date, at: datetime) -> bool:
        """Let the statement of a day come again; tell whether there is one."""
        with self._books.transaction():
            return self._books.statements.give_again(bank, on=on, at=at)

    # Calls.

    def calls_due(self, *, limit: int) -> list[DueCall]:
        """Return the calls that are owed by the time that was told last, oldest first."""
        with self._books.reading():
            now_us = self._books.told_us()
            return [] if now_us is None else self._books.calls_due(now_us, limit=limit)

    def was_heard(self, call: DueCall) -> None:
        """Keep that a call was acknowledged."""
        with self._books.transaction():
            self._books.call_was_heard(call.call_id)
