"""What a simulated bank decides to do about a reference: by fault, by card, by chance; pure."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from huoqi.payments.banks.port import CardAnswer, CheckAnswer, Instruction
from huoqi.payments.rules.bank_profiles import Direction

RIGHT_CODE = "123456"
LOCK_AFTER = 3
LOCKED_FOR = timedelta(minutes=10)
CALLBACK_AFTER = timedelta(seconds=5)
LATE_EXECUTION = timedelta(hours=2)
_LATE_SUCCESS = timedelta(seconds=90)
_AFTER_ALL_QUERIES = timedelta(hours=7)
_PPM = 1_000_000

_BINDING = {"0004": "card.name_mismatch", "0005": "card.lost"}
_DEBITS = {"0002": "51", "0024": "61"}
_BOTH_WAYS = {"0005": "41"}
#: How often the statement has a debit whose amount ends so: .23 not at all, .29 twice.
_LISTED = {23: 0, 29: 2}
_NEEDS_CODE = "0036"
NOT_KNOWN = "25"
IN_PROCESS = "09"


@dataclass(frozen=True, slots=True)
class FaultMix:
    """How often, in millionths, a send or a query goes wrong by itself; never by default."""

    rejected: int = 0
    request_lost: int = 0
    reply_lost: int = 0
    executed_late: int = 0
    query_timeout: int = 0
    double_execution: int = 0
    returned_next_day: int = 0
    callback: int = 0
    callback_duplicate: int = 0
    callback_reordered: int = 0
    callback_contradictory: int = 0
    callback_wrong_amount: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A callback to come: what it says, when, and how often the same one is sent."""

    code: str
    amount_fen: int
    after: timedelta
    copies: int = 1


@dataclass(slots=True)
class Deed:
    """What a bank does about one reference, and whether it lets us know.

    ``times`` is how often the money moves, ``listed`` how often its statement has each of these.
    """

    instruction: Instruction
    code: str = "00"
    times: int = 1
    executed_at: datetime | None = None
    early_code: str = IN_PROCESS
    returns_next_day: bool = False
    listed: int = 1
    reached: bool = True
    received: bool = True
    replies: bool = True
    calls: list[Call] = field(default_factory=list)

    def refuse(self, code: str) -> None:
        """Turn the deed into a refusal: no money moves."""
        self.code, self.times, self.executed_at = code, 0, None

    def lose(self) -> None:
        """Turn the deed into a request that never arrived."""
        self.received = self.replies = False

    def delay(self, *, at: datetime, by: timedelta) -> None:
        """Let the money move later; until then the bank knows of nothing, and it never calls."""
        self.executed_at, self.early_code, self.replies = at + by, NOT_KNOWN, False

    def call_only(self, calls: list[Call], *, at: datetime) -> None:
        """Let the outcome come by callback; the reply says only that it is in process."""
        self.executed_at, self.calls = at + CALLBACK_AFTER, calls

    def apply_fault(self, fault: str, *, at: datetime, delay: timedelta) -> None:
        """Apply a fault that was armed on purpose."""
        amount_fen = self.instruction.amount_fen
        if fault == "bank_down":
            self.lose()
            self.reached = False
        elif fault == "reply_lost":
            self.replies = False
        elif fault == "no_route":
            self.refuse("92")
        elif fault == "executed_late":
            self.delay(at=at, by=delay)
        elif fault == "callback_duplicated":
            self.call_only([Call("00", amount_fen, CALLBACK_AFTER, copies=2)], at=at)
        elif fault == "callback_reordered":
            success = Call("00", amount_fen, CALLBACK_AFTER)
            accepted = Call(IN_PROCESS, amount_fen, 2 * CALLBACK_AFTER)
            self.call_only([success, accepted], at=at)

    def apply_card(self, last_four: str, *, at: datetime) -> bool:
        """Apply what a magic card does and return whether it is one that does something."""
        debit = self.instruction.direction is Direction.COLLECT
        refusal = _BOTH_WAYS.get(last_four) or (_DEBITS.get(last_four) if debit else None)
        if refusal is not None:
            self.refuse(refusal)
        elif last_four == "0009" and debit:
            self.executed_at, self.replies = at + _LATE_SUCCESS, False
            self.calls = [Call("00", self.instruction.amount_fen, _LATE_SUCCESS)]
        elif last_four == "0012" and debit:
            self.times = 2
        elif last_four == "0016":
            self.returns_next_day = True
        else:
            return False
        return True

    def apply_amount(self) -> bool:
        """Apply what a magic amount does to a debit's statement; tell whether it is one."""
        if self.instruction.direction is not Direction.COLLECT:
            return False
        listed = _LISTED.get(self.instruction.amount_fen % 100)
        if listed is not None:
            self.listed = listed
        return listed is not None

    def apply_chance(self, mix: FaultMix, *, seed: str, at: datetime) -> None:
        """Apply the mix: one draw for the send, one for the bank's own errors, one for calls."""
        ref = self.instruction.bank_ref
        again = self.instruction.queries
        draw = chance(seed, f"send {again}" if again else "send", ref)
        lost = mix.rejected + mix.request_lost
        if draw < mix.rejected:
            self.refuse("51")
        elif draw < lost:
            self.lose()
        elif draw < lost + mix.reply_lost:
            self.replies = False
        elif draw < lost + mix.reply_lost + mix.executed_late:
            self.delay(at=at, by=_AFTER_ALL_QUERIES)
        error = chance(seed, "error", ref)
        if self.times and error < mix.double_execution:
            self.times = 2
        elif self.times and error < mix.double_execution + mix.returned_next_day:
            self.returns_next_day = True
        if self.received and chance(seed, "call", ref) < mix.callback:
            self._call_by_chance(mix, seed=seed, at=at)

    def _call_by_chance(self, mix: FaultMix, *, seed: str, at: datetime) -> None:
        amount_fen = self.instruction.amount_fen
        after = CALLBACK_AFTER + ((self.executed_at or at) - at)
        usual = Call(self.code, amount_fen, after)
        opposite = "51" if self.code == "00" else "00"
        odd = (
            (mix.callback_duplicate, [Call(self.code, amount_fen, after, copies=2)]),
            (mix.callback_reordered, [usual, Call(IN_PROCESS, amount_fen, 2 * after)]),
            (mix.callback_contradictory, [usual, Call(opposite, amount_fen, 2 * after)]),
            (mix.callback_wrong_amount, [usual, Call(self.code, amount_fen + 1, 2 * after)]),
        )
        draw = chance(seed, "odd call", self.instruction.bank_ref)
        self.calls = [usual]
        for rate, calls in odd:
            if draw < rate:
                self.calls = calls
                return
            draw -= rate


def answer_to_check(last_four: str) -> CardAnswer:
    """Return what the issuer of a card says to its four elements.

    >>> answer_to_check("0004").code
    'card.name_mismatch'
    """
    if last_four in _BINDING:
        return CardAnswer(CheckAnswer.REFUSED, code=_BINDING[last_four])
    if last_four == _NEEDS_CODE:
        return CardAnswer(CheckAnswer.CODE_SENT)
    return CardAnswer(CheckAnswer.MATCHED)


def chance(seed: str, what: str, ref: str) -> int:
    """Return a draw from 0 to 999,999 that is the same each time for one seed and reference."""
    digest = hashlib.sha256(f"{seed}|{what}|{ref}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _PPM
