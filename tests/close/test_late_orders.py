"""An order that is later than promised gets a ticket within a minute, told once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from huoqi.events.queries import Event, events_after
from huoqi.fund.lateness import next_ticket_at, ticket_of, tickets_of
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import Company, company_on, day


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company with three savers on the first Monday."""
    with company_on(dsn, savers=range(100, 103)) as opened:
        yield opened


def late_events(company: Company) -> list[Event]:
    """Return what was told of late orders."""
    with company.database.work(while_advancing=True) as work:
        return [e for e in events_after(work, seq=0, limit=500) if e.type == "fund.order.late"]


def test_an_order_that_goes_its_way_has_no_ticket(company: Company) -> None:
    (order,) = company.buy({100: 100_000})
    TimeMachine(company.platform).advance_to(shanghai_at(day(4), hour=12))

    assert late_events(company) == []
    with company.database.work(while_advancing=True) as work:
        assert tickets_of(work, order.key) == {}
        assert next_ticket_at(work) is None


def test_a_manager_that_does_not_answer_in_time_opens_one_ticket_an_order(
    company: Company,
) -> None:
    (order, _) = company.buy({100: 100_000, 101: 50_000})
    company.fault(
        "manager_down", at=shanghai_at(day(1), hour=8), until=shanghai_at(day(1), hour=12)
    )

    machine = TimeMachine(company.platform)
    machine.advance_to(shanghai_at(day(1), hour=9))
    assert late_events(company) == []
    machine.advance_to(shanghai_at(day(1), hour=9, minute=1))

    told = late_events(company)
    assert len(told) == 2
    first = told[0]
    assert first.data["step"] == "confirmed"
    assert first.data["ticket"] == ticket_of(order.order_id, step="confirmed")
    assert first.business_time == shanghai_at(day(1), hour=9) + timedelta(seconds=60)
    machine.advance_to(shanghai_at(day(3), hour=12))
    assert len(late_events(company)) == 2
    with company.database.work(while_advancing=True) as work:
        assert tickets_of(work, order.key) == {"confirmed": first.data["ticket"]}
