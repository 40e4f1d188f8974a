"""A market day that is called off later: orders get other dates, and every day still closes."""

from collections.abc import Iterator
from datetime import date

import pytest

from huoqi.events.queries import events_after
from huoqi.fund.operations import close_market_days
from huoqi.fund.orders import FundOrder, Speed
from huoqi.fund.queries import order_of
from huoqi.fund.rules.order_states import PurchaseState, RedemptionState
from huoqi.fund.rules.trading_days import AlreadyShut, ClosureNotice, ClosureOutside, ClosureTooLate
from huoqi.kit.dates import shanghai_at
from huoqi.kit.errors import DomainError
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import Company, company_on, day

THURSDAY, FRIDAY, MONDAY, TUESDAY = day(3), day(4), day(7), day(8)


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company on Thursday at ten, with holders since Tuesday."""
    with company_on(dsn, savers=range(100, 104)) as opened:
        opened.buy(dict.fromkeys(range(100, 104), 1_000_000))
        TimeMachine(opened.platform).advance_to(shanghai_at(THURSDAY, hour=10))
        yield opened


def call_off(company: Company, *days: date) -> list[FundOrder]:
    """Call trading days off now."""
    notice = ClosureNotice(days, "typhoon signal 10", "2015-storm")
    return company.database.run(lambda work: close_market_days(work, notice))


def now(company: Company, order: FundOrder) -> FundOrder:
    """Return an order as it stands."""
    with company.database.work(while_advancing=True) as work:
        found = order_of(work, order.key)
    assert found is not None
    return found


def test_orders_of_the_day_and_answers_on_it_move_to_the_next_one(company: Company) -> None:
    machine = TimeMachine(company.platform)
    (sent,) = company.buy({100: 200_000})
    redeemed = company.sell(101, None, speed=Speed.NORMAL)
    machine.advance_to(shanghai_at(THURSDAY, hour=16))
    (waiting,) = company.buy({102: 300_000})
    assert (waiting.t_day, waiting.confirm_on) == (FRIDAY, MONDAY)

    moved = {order.order_id: order for order in call_off(company, FRIDAY)}

    # Sent on Thursday, to be confirmed on Friday: confirmed on Monday now.
    after = moved[sent.order_id]
    assert (after.t_day, after.confirm_on, after.earns_on) == (THURSDAY, MONDAY, MONDAY)
    after = moved[redeemed.order_id]
    assert (after.confirm_on, after.earns_on, after.all_until_on) == (MONDAY, day(6), day(6))
    after = moved[waiting.order_id]
    assert (after.t_day, after.confirm_on, after.visible_on) == (MONDAY, TUESDAY, day(9))
    with company.database.work(while_advancing=True) as work:
        told = [e.type for e in events_after(work, seq=0, limit=500) if "resched" in e.type]
    assert sorted(told) == ["fund.purchase.rescheduled"] * 2 + ["fund.redemption.rescheduled"]

    assert machine.advance_to(shanghai_at(day(11), hour=10)).state == "ready"

    assert now(company, sent).state is PurchaseState.EARNING
    assert now(company, redeemed).state is RedemptionState.PAID_OUT
    late = now(company, waiting)
    assert (late.state, late.earns_on) == (PurchaseState.EARNING, TUESDAY)
    assert [closed.sealed.on for closed in company.days()] == [day(n) for n in range(11)]


def test_a_day_that_has_begun_stays_a_trading_day(company: Company) -> None:
    def refusal(*days: date) -> DomainError:
        with pytest.raises(DomainError) as refused:
            call_off(company, *days)
        return refused.value

    too_late = refusal(THURSDAY)
    assert isinstance(too_late, ClosureTooLate)
    assert too_late.params == {"on": "2015-05-14", "first_on": "2015-05-15"}
    assert isinstance(refusal(day(5)), AlreadyShut)
    assert isinstance(refusal(date(2027, 1, 4)), ClosureOutside)


def test_before_nine_the_day_itself_can_be_called_off(company: Company) -> None:
    machine = TimeMachine(company.platform)
    machine.advance_to(shanghai_at(FRIDAY, hour=7))

    assert call_off(company, FRIDAY) == []
    (bought,) = company.buy({103: 100_000})

    assert bought.t_day == MONDAY
