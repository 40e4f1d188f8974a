"""The same seeded days inside and outside: the time machine closes them alike, to the last root."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from huoqi.kit.db import Row
from huoqi.payments.banks.simulated import SimulatedBanks
from huoqi.payments.banks.simulated.deeds import FaultMix
from huoqi.sandbox.bank_house.process import HouseTerms, opened_house
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import Company, company_on
from tests.databases import Cluster
from tests.sandbox.bank_house.lines import SEED, http_banks

DAYS, SAVERS = 3, range(100, 110)
MIX = FaultMix(
    rejected=50_000,
    request_lost=100_000,
    reply_lost=150_000,
    executed_late=100_000,
    query_timeout=100_000,
    callback=600_000,
    callback_duplicate=150_000,
    callback_reordered=150_000,
)
ORDERS = """
    SELECT o.bank_ref, o.state, o.cases, o.reason, o.decided_at, e.source, e.event, e.evidence_id
    FROM money_order o JOIN payment_evidence e USING (shard, order_id)
    ORDER BY o.bank_ref, e.source, e.evidence_id, e.event
"""


@contextmanager
def inside(dsn: str) -> Iterator[Company]:
    """Yield a company whose banks are in its database."""
    with company_on(dsn) as company:
        banks = SimulatedBanks(company.platform.database, seed=SEED, mix=MIX)
        company.platform = replace(company.platform, banks=banks)
        yield company


@contextmanager
def outside(dsn: str, folder: Path) -> Iterator[Company]:
    """Yield a company whose banks are behind lines."""
    with (
        opened_house(folder, terms=HouseTerms(SEED, mix=MIX)),
        company_on(dsn) as company,
        http_banks(company.platform.database, folder) as (banks, _),
    ):
        company.platform = replace(
            company.platform, banks=banks, banks_call_at=banks.next_callback_at
        )
        yield company


def lived(company: Company) -> tuple[list[str], list[Row], Counter[str]]:
    """Live some days; return the roots of those that closed, and all that was learned."""
    company.open_savers(SAVERS)
    machine = TimeMachine(company.platform)
    for n in range(DAYS):
        company.buy({number: 10_000 + 100 * n + number for number in SAVERS})
        machine.advance_days(1)
    with company.database.work(while_advancing=True) as work:
        rows = work.rows(ORDERS)
    return company.roots(), rows, Counter(row[5] for row in rows)


def test_seeded_days_end_alike_to_the_last_root(
    database_dsn: str, postgres_cluster: Cluster, tmp_path: Path
) -> None:
    with inside(database_dsn) as company:
        first = lived(company)
    with postgres_cluster.database() as second_dsn, outside(second_dsn, tmp_path) as company:
        second = lived(company)

    assert second[1] == first[1]
    assert second == first
    assert len(first[0]) == DAYS
    assert first[2]["callback"] > 0
    assert first[2]["statement"] > 0
