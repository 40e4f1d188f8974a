"""Any number of funds keep the same rhythm, each with its own days, roots and breaks."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from huoqi.close.operations import pump_payments
from huoqi.close.queries import closed_days, next_due
from huoqi.fund.operations import place_purchases
from huoqi.fund.orders import FundOrder, PurchaseRequest
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.shelf import open_fund
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import FUND, SHARDS, Company, company_on, day

SECOND = "990002"


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company that opens a second fund on its second day."""
    with company_on(dsn, savers=[100, 101, 102]) as opened:
        platform = replace(opened.platform, managers={FUND: opened.manager, SECOND: opened.manager})
        yield Company(platform, opened.manager, opened.cards)


def open_second(company: Company) -> None:
    """Put a second fund on the shelf today."""
    with company.database.work() as work:
        new = replace(HUOQIBAO, fund=SECOND, name_en="Second", effective_from=day(1))
        open_fund(work, new, shards=SHARDS)


def buy_second(company: Company, amounts_fen: dict[int, int]) -> None:
    """Buy the second fund and let the banks pay."""
    requests = [
        PurchaseRequest(
            company.new_id(),
            no,
            company.cards[no].shard,
            SECOND,
            fen,
            company.cards[no].card_id,
            has_agreed=True,
        )
        for no, fen in amounts_fen.items()
    ]
    placed = company.database.run(lambda work: place_purchases(work, requests))
    assert all(isinstance(order, FundOrder) for order in placed), placed
    pump_payments(company.platform)


def days_of(company: Company, fund: str) -> list[tuple[str, int]]:
    """Return a fund's closed days with their holders, oldest first."""
    with company.database.work() as work:
        days = closed_days(work, fund=fund)
    return [(d.sealed.on.isoformat(), d.sealed.holder_count) for d in reversed(days)]


def test_a_fund_that_opens_later_closes_from_its_first_day(company: Company) -> None:
    machine = TimeMachine(company.platform)
    company.buy({100: 100_000, 101: 50_000})
    machine.advance_to(shanghai_at(day(1), hour=10))
    open_second(company)
    buy_second(company, {101: 70_000, 102: 80_000})

    assert machine.advance_to(shanghai_at(day(4), hour=9)).state == "ready"

    assert days_of(company, FUND) == [
        ("2015-05-11", 0),
        ("2015-05-12", 2),
        ("2015-05-13", 2),
        ("2015-05-14", 2),
    ]
    assert days_of(company, SECOND) == [("2015-05-12", 0), ("2015-05-13", 2), ("2015-05-14", 2)]
    with company.database.work() as work:
        assert {due.detail for due in next_due(work, limit=12)} >= {FUND, SECOND}


def test_one_fund_that_does_not_tie_does_not_hold_up_the_other(company: Company) -> None:
    machine = TimeMachine(company.platform)
    company.buy({100: 100_000})
    machine.advance_to(shanghai_at(day(1), hour=10))
    open_second(company)
    buy_second(company, {102: 80_000})
    machine.advance_to(shanghai_at(day(3), hour=9))
    with company.database.work() as work:
        work.run("UPDATE holding SET units_e2 = units_e2 + 1 WHERE fund = %s", (FUND,))

    machine.advance_to(shanghai_at(day(4), hour=9))
    machine.advance_to(shanghai_at(day(5), hour=9))

    assert days_of(company, FUND)[-1][0] == "2015-05-13"
    assert days_of(company, SECOND)[-1][0] == "2015-05-15"
