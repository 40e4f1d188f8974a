"""When the pump has work next, by kind, so that nothing is begun for which nothing is due."""

from dataclasses import dataclass
from datetime import datetime

from huoqi.kit.db import Work
from huoqi.payments._store import due


@dataclass(frozen=True, slots=True)
class PumpDues:
    """When the next order is sent, the next order is asked about, and the next card is."""

    send_at: datetime | None
    query_at: datetime | None
    card_at: datetime | None

    @property
    def next_at(self) -> datetime | None:
        """Return when the first of them is due."""
        found = [at for at in (self.send_at, self.query_at, self.card_at) if at is not None]
        return min(found, default=None)


def pump_dues(work: Work) -> PumpDues:
    """Return what the pump has to do next, and when."""
    return PumpDues(*due.due(work))
