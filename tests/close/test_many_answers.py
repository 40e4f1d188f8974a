"""A day with more answers than fit into one transaction closes as any other."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from huoqi.close.operations import daily
from huoqi.fund.orders import Speed
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import Company, company_on, day
from tests.databases import Cluster

SAVERS = range(100, 106)


@pytest.fixture
def twins(postgres_cluster: Cluster) -> Iterator[tuple[Company, Company]]:
    """Yield two companies of one seed."""
    with ExitStack() as stack:
        dsns = [stack.enter_context(postgres_cluster.database()) for _ in range(2)]
        one, other = (stack.enter_context(company_on(dsn, savers=SAVERS)) for dsn in dsns)
        yield one, other


def lived(company: Company) -> list[tuple[object, ...]]:
    """Let savers buy and sell, and live until Friday; return the books of the days."""
    machine = TimeMachine(company.platform)
    company.buy({no: 100_000 + 37 * no for no in SAVERS})
    machine.advance_to(shanghai_at(day(3), hour=10))
    company.buy({no: 5_000 + no for no in SAVERS[:3]})
    company.sell(101, 40_000, speed=Speed.NORMAL)
    machine.advance_to(shanghai_at(day(6), hour=10))
    sealed = [closed.sealed for closed in company.days()]
    return [
        (each.on, each.holder_count, each.total_units_e2, each.total_income_fen, each.book_sha256)
        for each in sealed
    ]


def test_days_of_many_answers_have_the_same_books(
    twins: tuple[Company, Company], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = twins
    expected = lived(one)
    monkeypatch.setattr(daily, "MANY_ANSWERS", 1)

    assert lived(other) == expected
    assert len(expected) >= 4
