"""The simulated side of the bank port: decides by fault, then card, then chance; keeps the truth.

Each call is a transaction of its own, as a call to a bank would be, and reads the business clock.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
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
from huoqi.payments.banks.simulated import truth
from huoqi.payments.banks.simulated.deeds import (
    IN_PROCESS,
    NOT_KNOWN,
    RIGHT_CODE,
    Deed,
    FaultMix,
    answer_to_check,
    chance,
)
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.replies import Reply, ReplyKind

Answer = TypeVar("Answer")

_DOWN = ("bank_down",)
_ON_SEND = (
    "bank_down",
    "reply_lost",
    "executed_late",
    "callback_duplicated",
    "callback_reordered",
)
_LATE_EXECUTION = timedelta(hours=2)
_NO_REPLY = Reply(ReplyKind.NO_REPLY)
_UNREACHABLE = Reply(ReplyKind.UNREACHABLE)


class SimulatedBanks:
    """All banks at once. The same seed and the same references give the same deeds."""

    def __init__(
        self, database: Database, *, seed: str = "20150511", mix: FaultMix | None = None
    ) -> None:
        self._database = database
        self._seed = seed
        self._mix = mix or FaultMix()

    def check_cards(self, checks: Sequence[CardCheck]) -> list[CardAnswer]:
        """Return what the issuers say; only the last four digits decide."""

        def body(work: Work) -> list[CardAnswer]:
            faults = truth.Faults.active(work)
            answers, presented = [], []
            for check in checks:
                says = answer_to_check(check.number[-4:])
                fault = faults.striking(("bank_down", "reply_lost"), bank=check.bank)
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
                if faults.striking(_DOWN, bank=bank):
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
                if faults.striking(_DOWN, bank=attempt.bank):
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
            deeds = [
                self._deed(item, card=known.get(item.card_id), at=work.at, faults=faults)
                for item in batch
            ]
            truth.add_deeds(work, [deed for deed in deeds if deed.received])
            faults.save(work)
            return [_reply(deed, at=work.at) for deed in deeds]

        return self._run(body)

    def query(self, batch: Sequence[Instruction]) -> list[Reply]:
        """Return what the banks know of each reference at this moment."""

        def body(work: Work) -> list[Reply]:
            faults = truth.Faults.active(work)
            known = truth.deeds(work, [item.bank_ref for item in batch])
            replies = []
            for item in batch:
                draw = chance(self._seed, f"query {item.queries}", item.bank_ref)
                if faults.striking(_DOWN, bank=item.bank):
                    replies.append(_UNREACHABLE)
                elif draw < self._mix.query_timeout:
                    replies.append(_NO_REPLY)
                elif item.bank_ref in known:
                    replies.append(known[item.bank_ref].says(work.at))
                else:
                    replies.append(Reply(ReplyKind.NOT_FOUND))
            faults.save(work)
            return replies

        return self._run(body)

    def callbacks(self, *, limit: int) -> list[Callback]:
        """Return callbacks whose time has come and that nobody acknowledged, oldest first."""
        return self._run(lambda work: truth.calls_due(work, limit=limit))

    def acknowledge(self, callback_ids: Sequence[str]) -> None:
        """Mark callbacks as received, so that they do not come again."""
        self._run(lambda work: truth.acknowledge(work, callback_ids))

    def next_callback_at(self) -> datetime | None:
        """Return when the next callback comes, for the time machine."""
        return self._run(truth.next_call_at)

    def _deed(
        self,
        item: Instruction,
        *,
        card: truth.KnownCard | None,
        at: datetime,
        faults: truth.Faults,
    ) -> Deed:
        deed = Deed(instruction=item, executed_at=at)
        fault = faults.striking(_ON_SEND, bank=item.bank)
        if fault is not None:
            deed.apply_fault(fault.fault, at=at, delay=fault.delay(_LATE_EXECUTION))
        elif card is None:
            deed.refuse("14")
        elif item.direction is Direction.COLLECT and not card.debit_confirmed:
            deed.refuse("1A")
        elif not deed.apply_card(card.last_four, at=at):
            deed.apply_chance(self._mix, seed=self._seed, at=at)
        return deed

    def _run(self, body: Callable[[Work], Answer]) -> Answer:
        return self._database.run(body, actor="bank", while_advancing=True)


def _confirm(work: Work, card: truth.KnownCard | None, *, code: str) -> CodeAnswer:
    """Return the answer to a code: the first right one binds the card, the next lets it debit."""
    if card is None:
        return CodeAnswer.WRONG
    if card.locked_until is not None and work.at < card.locked_until:
        return CodeAnswer.LOCKED
    if code != RIGHT_CODE:
        card.fail_code(work.at)
        truth.save_card(work, card)
        return CodeAnswer.WRONG
    card.wrong_codes, card.locked_until = 0, None
    if card.answer == CheckAnswer.CODE_SENT:
        card.answer = str(CheckAnswer.MATCHED)
    else:
        card.debit_confirmed = True
    truth.save_card(work, card)
    return CodeAnswer.RIGHT


def _reply(deed: Deed, *, at: datetime) -> Reply:
    if not deed.replies:
        return _NO_REPLY if deed.reached else _UNREACHABLE
    early = deed.executed_at is not None and at < deed.executed_at
    assert not (early and deed.early_code == NOT_KNOWN), "a bank that does not know says nothing"
    code = IN_PROCESS if early else deed.code
    return Reply(ReplyKind.CODE, code=code, amount_fen=deed.instruction.amount_fen)
