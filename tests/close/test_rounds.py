"""A server's loop works in rounds; rounds end where working off all at once ends."""

from collections.abc import Iterator

import pytest

from huoqi.close.operations import run_due, run_round
from huoqi.fund.operations import place_purchases
from huoqi.fund.orders import FundOrder, PurchaseRequest
from huoqi.fund.queries import order_of
from huoqi.fund.rules.order_states import PurchaseState
from tests.close.world import FUND, Company, company_on

SAVERS = range(100, 104)


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company with savers on the first Monday."""
    with company_on(dsn, savers=SAVERS) as opened:
        yield opened


def place(company: Company) -> list[FundOrder]:
    """Place a purchase for every saver; no bank is told yet."""
    requests = [
        PurchaseRequest(
            company.new_id(), no, card.shard, FUND, 10_000, card.card_id, has_agreed=True
        )
        for no, card in company.cards.items()
    ]
    placed = company.database.run(lambda work: place_purchases(work, requests))
    return [order for order in placed if isinstance(order, FundOrder)]


def states(company: Company, orders: list[FundOrder]) -> set[str]:
    """Return the states in which orders are now."""
    with company.database.work(while_advancing=True) as work:
        found = [order_of(work, order.key) for order in orders]
    return {order.state.value for order in found if order is not None}


def test_a_round_pays_what_was_placed_before_it(company: Company) -> None:
    orders = place(company)

    assert run_round(company.platform) >= len(orders)

    assert states(company, orders) == {PurchaseState.PAID.value}


def test_nothing_is_due_after_rounds_that_found_nothing(company: Company) -> None:
    place(company)

    while run_round(company.platform):
        pass

    assert run_due(company.platform) == 0
