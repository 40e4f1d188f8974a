"""What the bank house is told: the business time, what shall go wrong, whom to call."""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

import msgspec

from huoqi.payments.banks.simulated.truth import Fault


class ToldFault(msgspec.Struct, frozen=True):
    """A fault as it was armed; ``remaining`` is how often it may strike in all, None for always."""

    fault_id: UUID
    fault: str
    target: str
    from_at: datetime
    until_at: datetime | None = None
    remaining: int | None = None
    params: dict[str, int] = msgspec.field(default_factory=dict)

    def strikes_at(self, at: datetime) -> bool:
        """Tell whether an instant lies in the fault's time."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)

    def left(self, struck: int) -> Fault:
        """Return the fault with as many strikes as are left after some."""
        remaining = None if self.remaining is None else self.remaining - struck
        return Fault(self.fault_id, self.fault, self.target, remaining, dict(self.params))


class ToldDesk(msgspec.Struct, frozen=True):
    """Our account at a bank, when its statement of a day is ready, and when its day ends."""

    bank: str
    account: str
    ready: time
    cut_off: time


class Told(msgspec.Struct, frozen=True):
    """The business time, the faults of banks, where calls go, which banks never compare.

    ``faults`` None leaves those that were told before.
    """

    at: datetime
    faults: list[ToldFault] | None = None
    callbacks_to: str = ""
    twice: Sequence[str] = ()
    desks: Sequence[ToldDesk] = ()
    patience_ms: int = 0


class Standing(msgspec.Struct, frozen=True):
    """How far the house has come: which instant, calls that wait to be heard, the next one's time.

    ``spent`` names counted faults that have struck as often as they may.
    """

    at: datetime
    unheard: int
    next_call_at: datetime | None
    spent: Sequence[UUID] = ()


def parse_told(body: bytes) -> Told:
    """Return what was told; raise ValueError for anything else."""
    told = msgspec.json.decode(body, type=Told)
    instants = [told.at, *(fault.from_at for fault in told.faults or ())]
    if any(at.tzinfo is None for at in instants):
        raise ValueError("an instant has its offset")
    return told
