"""The simulated side of the bank port: decides by fault, then card, then chance; keeps the truth.

Each call is a transaction of its own, as a call to a bank would be, and reads the business clock.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from huoqi.kit.db import Database, Work
from huoqi.payments.banks.port import (
    Callback,
    CardAnswer,
    CardCheck,
    CheckAnswer,
    CodeAnswer,
    CodeAttempt,
    Instruction,
)
from huoqi.payments.banks.simulated import statement_books, truth
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
from huoqi.payments.rules.replies import Reply
from huoqi.payments.rules.statements import Statement, StatementHead

Answer = TypeVar("Answer")


class SimulatedBanks:
    """All banks at once. The same seed and the same references give the same deeds."""

    def __init__(
        self, database: Database, *, seed: str = "20150511", mix: FaultMix | None = None
    ) -> None:
        self._database = database
        self._chances = Chances(seed, mix or FaultMix())

    def check_cards(self, checks: Sequence[CardCheck]) -> list[CardAnswer]:
        """Return what the issuers say; only the last four digits decide."""

        def body(work: Work) -> list[CardAnswer]:
            faults = truth.Faults.active(work)
            answers, presented = [], []
            for check in checks:
                says = answer_to_check(check.number[-4:])
                fault = faults.striking(ON_CHECK, bank=check.bank)
                if fault is None or fault.fault == "reply_lost":
                    presented.append((check, says))
                answers.append(says if fault is None else CardAnswer(CheckAnswer.NO_REPLY))
            truth.add_cards(work, presented)
            faults.save(work)
            return answers

        return self._run(body)

    def query_checks(self, checks: Sequence[tuple[UUID, str]]) -> list[CardAnswer]:
        """Return what became of checks, by request id and bank."""

        def body(work: Work) -> list[CardAnswer]:
            faults = truth.Faults.active(work)
            known = truth.cards(work, [request_id for request_id, _ in checks])
            answers = []
            for request_id, bank in checks:
                if faults.striking(ON_CALL, bank=bank):
                    answers.append(CardAnswer(CheckAnswer.NO_REPLY))
                elif request_id in known:
                    answers.append(known[request_id].says())
                else:
                    answers.append(CardAnswer(CheckAnswer.NOT_FOUND))
            faults.save(work)
            return answers

        return self._run(body)

    def confirm_codes(self, attempts: Sequence[CodeAttempt]) -> list[CodeAnswer]:
        """Return whether codes are right; three wrong ones lock a card for ten minutes."""

        def body(work: Work) -> list[CodeAnswer]:
            faults = truth.Faults.active(work)
            known = truth.cards(work, [attempt.request_id for attempt in attempts])
            answers = []
            for attempt in attempts:
                if faults.striking(ON_CALL, bank=attempt.bank):
                    answers.append(CodeAnswer.NO_REPLY)
                else:
                    card = known.get(attempt.request_id)
                    answers.append(_confirm(work, card, code=attempt.code))
            faults.save(work)
            return answers

        return self._run(body)

    def send(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Move money, or fail to, and reply, or fail to; a known reference moves nothing more."""

        def body(work: Work) -> list[Reply]:
            faults = truth.Faults.active(work)
            known = truth.cards(work, [item.card_id for item in batch])
            again = [item.bank_ref for item in batch if item.queries]
            heard = truth.deeds(work, again) if again else {}
            deeds = {
                item.bank_ref: self._chances.decide(
                    item,
                    card=known.get(item.card_id),
                    at=work.at,
                    fault=faults.striking(on_send(item.channel), bank=item.bank),
                )
                for item in batch
                if item.bank_ref not in heard
            }
            truth.add_deeds(work, [deed for deed in deeds.values() if deed.received])
            faults.save(work)
            return [
                heard[item.bank_ref].says_again(work.at)
                if item.bank_ref in heard
                else reply_of(deeds[item.bank_ref], at=work.at)
                for item in batch
            ]

        return self._run(body)

    def query(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Return what the banks know of each reference at this moment."""

        def body(work: Work) -> list[Reply]:
            faults = truth.Faults.active(work)
            known = truth.deeds(work, [item.bank_ref for item in batch])
            replies = []
            for item in batch:
                if faults.striking(on_call(item.channel), bank=item.bank):
                    replies.append(UNREACHABLE)
                else:
                    found = known.get(item.bank_ref)
                    replies.append(self._chances.answer(item, known=found, at=work.at))
            faults.save(work)
            return replies

        return self._run(body)

    def callbacks(self, *, limit: int) -> list[Callback]:
        """Return callbacks whose time has come and that nobody acknowledged, oldest first."""
        return self._run(lambda work: truth.calls_due(work, limit=limit))

    def acknowledge(self, callback_ids: Sequence[str]) -> None:
        """Mark callbacks as received, so that they do not come again."""
        self._run(lambda work: truth.acknowledge(work, callback_ids))

    def statements(self, *, limit: int) -> list[Statement]:
        """Return statements that are given out and nobody acknowledged, oldest first."""
        return self._run(lambda work: statement_books.statements_ready(work, limit=limit))

    def acknowledge_statements(self, pages: Sequence[StatementHead]) -> None:
        """Mark statements as received, so that they do not come again."""
        self._run(lambda work: statement_books.acknowledge_statements(work, pages))

    def ask_for_statement(self, *, bank: str, on: date) -> bool:
        """Let the statement of a day come again, with the right totals."""
        return self._run(lambda work: statement_books.give_again(work, bank=bank, on=on))

    def next_callback_at(self) -> datetime | None:
        """Return when the next callback comes, for the time machine."""
        return self._run(truth.next_call_at)

    def _run(self, body: Callable[[Work], Answer]) -> Answer:
        return self._database.run(body, actor="bank", while_advancing=True)


def _confirm(work: Work, card: truth.KnownCard | None, *, code: str) -> CodeAnswer:
    if card is None:
        return CodeAnswer.WRONG
    answer = try_code(card, code, at=work.at)
    if answer is not CodeAnswer.LOCKED:
        truth.save_card(work, card)
    return answer
