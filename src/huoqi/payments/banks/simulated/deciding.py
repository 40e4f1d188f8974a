"""What banks that are played answer: the same wherever their books are kept.

Nothing here reads or writes: the caller hands over what is known and which fault strikes.
"""

from dataclasses import dataclass
from datetime import datetime

from huoqi.payments.banks.port import CheckAnswer, CodeAnswer, Instruction
from huoqi.payments.banks.simulated.deeds import (
    IN_PROCESS,
    LATE_EXECUTION,
    NOT_KNOWN,
    RIGHT_CODE,
    Deed,
    FaultMix,
    chance,
)
from huoqi.payments.banks.simulated.truth import Fault, KnownCard, KnownDeed
from huoqi.payments.rules.bank_profiles import DIRECT, Direction
from huoqi.payments.rules.replies import Reply, ReplyKind

#: Faults that strike any call of a bank, a check of a card, a send.
ON_CALL = ("bank_down",)
ON_CHECK = ("bank_down", "reply_lost")
ON_SEND = (
    "bank_down",
    "reply_lost",
    "executed_late",
    "callback_duplicated",
    "callback_reordered",
    "no_route",
)
#: What befalls the bank's own line alone: another channel reaches it by another way.
_OF_THE_LINE = frozenset({"bank_down", "no_route"})
NO_REPLY = Reply(ReplyKind.NO_REPLY)
UNREACHABLE = Reply(ReplyKind.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Chances:
    """The seed of all banks, and how often each of them errs by itself."""

    seed: str
    mix: FaultMix

    def decide(
        self, item: Instruction, *, card: KnownCard | None, at: datetime, fault: Fault | None
    ) -> Deed:
        """Return what a bank does about a new reference: by fault, card, amount, chance."""
        deed = Deed(instruction=item, executed_at=at)
        if fault is not None:
            deed.apply_fault(fault.fault, at=at, delay=fault.delay(LATE_EXECUTION))
        elif card is None:
            deed.refuse("14")
        elif item.direction is Direction.COLLECT and not card.debit_confirmed:
            deed.refuse("1A")
        elif not (deed.apply_card(card.last_four, at=at) or deed.apply_amount()):
            deed.apply_chance(self.mix, seed=self.seed, at=at)
        return deed

    def answer(self, item: Instruction, *, known: KnownDeed | None, at: datetime) -> Reply:
        """Return what a bank that is there says when it is asked about a reference."""
        draw = chance(self.seed, f"query {item.queries}", item.bank_ref)
        if draw < self.mix.query_timeout:
            return NO_REPLY
        return known.says(at) if known is not None else Reply(ReplyKind.NOT_FOUND)


def on_send(channel: str) -> tuple[str, ...]:
    """Return the faults that strike a send over a channel."""
    return ON_SEND if channel == DIRECT else tuple(f for f in ON_SEND if f not in _OF_THE_LINE)


def on_call(channel: str) -> tuple[str, ...]:
    """Return the faults that strike a question over a channel."""
    return ON_CALL if channel == DIRECT else ()


def reply_of(deed: Deed, *, at: datetime) -> Reply:
    """Return the immediate reply to a send."""
    if not deed.replies:
        return NO_REPLY if deed.reached else UNREACHABLE
    early = deed.executed_at is not None and at < deed.executed_at
    assert not (early and deed.early_code == NOT_KNOWN), "a bank that does not know says nothing"
    code = IN_PROCESS if early else deed.code
    return Reply(ReplyKind.CODE, code=code, amount_fen=deed.instruction.amount_fen)


def try_code(card: KnownCard, code: str, *, at: datetime) -> CodeAnswer:
    """Return the answer to a code, and change the card unless it is locked.

    The first right code binds a card, the next one lets it be debited.
    """
    if card.locked_until is not None and at < card.locked_until:
        return CodeAnswer.LOCKED
    if code != RIGHT_CODE:
        card.fail_code(at)
        return CodeAnswer.WRONG
    card.wrong_codes, card.locked_until = 0, None
    if card.answer == CheckAnswer.CODE_SENT:
        card.answer = str(CheckAnswer.MATCHED)
    else:
        card.debit_confirmed = True
    return CodeAnswer.RIGHT
