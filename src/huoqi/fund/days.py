"""The nouns of a fund's days: the one row of a day, shards' totals, reports, overrides, rivals."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huoqi.fund.managers.port import FundDayReport
from huoqi.fund.rules.allocation import FundDayRow

EXPECTED = "expected"
PREDICTED = "predicted"
CONFIRMED = "confirmed"
OVERRIDDEN = "overridden"
#: Figures that contradict themselves: only operators see what they would have given.
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FundDay:
    """A fund's whole day in one row: any holder's income of it can be recomputed alone."""

    fund: str
    on: date
    income_per_10k_e5: int
    decimals: int
    row: FundDayRow
    total_units_e2: int
    total_income_fen: int
    residual_fen: int
    status: str
    source: str
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShardTotal:
    """What the holders of one shard held and earned on a day, and the ledger transfer for it.

    ``carried_fen`` is the accrued income that became units at the day's end (monthly carry).
    """

    shard: int
    units_e2: int
    income_fen: int
    transfer_id: UUID | None = None
    carried_fen: int = 0


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A manager's report with the time when it came and its version."""

    report: FundDayReport
    received_at: datetime
    report_no: int


@dataclass(frozen=True, slots=True)
class RivalYield:
    """What somebody else's fund paid on a date, according to a source."""

    name: str
    quoted_on: date
    source: str
    yield_7d_e3: int | None
    income_per_10k_e5: int | None
    published_on: date


@dataclass(frozen=True, slots=True)
class Override:
    """The register's figure for one holder and day, accepted by two people.

    ``source`` and ``record_no`` are the file and the record in it; ``approval_id`` the decision.
    """

    shard: int
    fund: str
    customer_no: int
    income_on: date
    income_fen: int
    source: str
    record_no: int
    approval_id: UUID
    source_sha256: bytes | None = None
