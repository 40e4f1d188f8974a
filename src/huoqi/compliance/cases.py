"""The nouns of cases: what was found about a customer, how it stands, what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class CaseState(StrEnum):
    """Where a case stands; ``proposed`` waits for a second person."""

    OPEN = "open"
    IN_HAND = "in_hand"
    PROPOSED = "proposed"
    CLOSED = "closed"


class Verdict(StrEnum):
    """How a case ends: nothing in it, told to the authority, or told and the account frozen."""

    CLEARED = "cleared"
    REPORTED = "reported"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Case:
    """A finding about one customer; ``facts`` are whole figures and codes, nothing personal."""

    shard: int
    case_id: UUID
    customer_no: int
    rule: str
    found_on: date
    opened_at: datetime
    state: CaseState
    owner: str | None
    verdict: Verdict | None
    facts: Mapping[str, int | str]
    closed_at: datetime | None

    @property
    def key(self) -> tuple[int, UUID]:
        """Return what finds the case."""
        return self.shard, self.case_id


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did about a case; acts are never changed."""

    act_no: int
    verb: str
    actor: str
    acted_at: datetime
    note: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What opens a case: a rule that somebody meets on a date."""

    shard: int
    customer_no: int
    rule: str
    found_on: date
    facts: Mapping[str, int | str]
