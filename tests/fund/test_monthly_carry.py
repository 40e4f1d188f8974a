"""A fund with a monthly carry: income accrues, becomes units at the month's end, leaves with all.

Every day is checked holder by holder: holdings, ledger and the manager's register, units and
accrued income.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from huoqi.fund.operations import fold_anchors
from huoqi.fund.orders import Origin, Speed
from huoqi.fund.queries import holdings_of
from huoqi.fund.rules.order_states import RedemptionState
from huoqi.fund.rules.yields import Carry, yield_7d_e3
from huoqi.ledger.rules.chart import AccountKind
from tests.fund.world import FUND, MONDAY, ONE_DAY, Shelf, shelf_on

SAVER, OTHER = 107, 108
LAST_OF_MAY = date(2015, 5, 31)


@pytest.fixture
def shelf(dsn: str) -> Iterator[Shelf]:
    """Yield a shelf whose fund carries monthly, with two savers who bought on the first day."""
    with shelf_on(dsn, preset="cn_monthly") as opened:
        opened.buy(SAVER, 5_000_000)
        opened.buy(OTHER, 3_333_333)
        yield opened


def accrued_fen(shelf: Shelf, customer_no: int) -> int:
    """Return what has accrued to a saver."""
    return shelf.holding(customer_no).accrued_fen


def test_income_accrues_without_compounding_and_becomes_units_at_the_end_of_the_month(
    shelf: Shelf,
) -> None:
    earned = []
    while shelf.closed_until < LAST_OF_MAY - ONE_DAY:
        shelf.live(shelf.closed_until + ONE_DAY)
        earned.append(accrued_fen(shelf, SAVER))
        assert shelf.holding(SAVER).units_e2 == (5_000_000 if len(earned) else 0)
    report = shelf.publish(LAST_OF_MAY)
    shelf.check_books(LAST_OF_MAY)
    whole_fen, _ = divmod(5_000_000 * report.income_per_10k_e5, 10**9)

    carried = shelf.holding(SAVER)

    assert earned == sorted(earned)
    assert carried.accrued_fen == 0
    assert carried.units_e2 - 5_000_000 - earned[-1] in {whole_fen, whole_fen + 1}
    assert shelf.system_fen(AccountKind.HOLDERS_ACCRUED) == 0


def test_the_manager_prints_the_simple_yield_and_ours_agrees(shelf: Shelf) -> None:
    shelf.run_until(MONDAY + timedelta(days=8))
    days = [MONDAY + timedelta(days=n) for n in range(2, 9)]
    reports = [shelf.manager.income(fund=FUND, on=on, at=shelf.clock.at) for on in days]
    rates_e5 = [report.income_per_10k_e5 for report in reports]  # type: ignore[union-attr]

    assert reports[-1].yield_7d_e3 == yield_7d_e3(rates_e5, carry=Carry.MONTHLY)  # type: ignore[union-attr]


def test_redeeming_everything_is_paid_with_what_has_accrued(shelf: Shelf) -> None:
    shelf.run_until(MONDAY + timedelta(days=3))
    shelf.at(MONDAY + timedelta(days=4), hour=10)
    order = shelf.sell(SAVER, None)
    shelf.run_until(MONDAY + timedelta(days=9))

    paid = shelf.now(order)

    assert paid.state is RedemptionState.PAID_OUT
    assert paid.units_e2 == 5_000_000
    # Five income days: Tuesday to Sunday, since a Friday's redemption earns until Sunday.
    assert 5_000_000 + 6 * 625 < paid.done_fen < 5_000_000 + 6 * 700
    assert sum(payout.amount_fen for payout in shelf.payouts(order)) == paid.done_fen
    assert (shelf.holding(SAVER).units_e2, accrued_fen(shelf, SAVER)) == (0, 0)
    shelf.run_until(date(2015, 6, 2))
    assert [o.origin for o in shelf.orders(SAVER)] == [Origin.CUSTOMER, Origin.CUSTOMER]


def test_redeeming_a_part_leaves_the_accrued_income(shelf: Shelf) -> None:
    shelf.run_until(MONDAY + timedelta(days=3))
    shelf.at(MONDAY + timedelta(days=4), hour=10)
    order = shelf.sell(SAVER, 4_999_999)
    shelf.run_until(MONDAY + timedelta(days=9))

    assert shelf.now(order).done_fen == 4_999_999
    assert accrued_fen(shelf, SAVER) > 6 * 625


def test_units_sold_to_the_last_one_by_number_leave_the_income_until_the_carry_day(
    shelf: Shelf,
) -> None:
    shelf.run_until(MONDAY + timedelta(days=3))
    shelf.at(MONDAY + timedelta(days=4), hour=10)
    shelf.sell(SAVER, 5_000_000)
    shelf.run_until(MONDAY + timedelta(days=9))
    waiting_fen = accrued_fen(shelf, SAVER)
    assert waiting_fen > 0

    shelf.run_until(LAST_OF_MAY)

    assert shelf.holding(SAVER).units_e2 == waiting_fen


def test_all_redeemed_fast_gets_its_income_paid_by_itself_after_the_carry_day(
    shelf: Shelf,
) -> None:
    shelf.run_until(MONDAY + timedelta(days=9))
    shelf.at(MONDAY + timedelta(days=10), hour=10)
    shelf.sell(OTHER, None, speed=Speed.FAST)
    waiting_fen = accrued_fen(shelf, OTHER)
    assert waiting_fen > 0

    shelf.run_until(date(2015, 6, 3))

    late = shelf.orders(OTHER)[-1]
    assert (late.origin, late.units_e2) == (Origin.LATE_INCOME, waiting_fen)
    assert late.state is RedemptionState.PAID_OUT
    assert (shelf.holding(OTHER).units_e2, accrued_fen(shelf, OTHER)) == (0, 0)


def test_a_month_that_is_negative_so_far_keeps_units_back_for_its_debt(shelf: Shelf) -> None:
    shelf.run_until(MONDAY)
    shelf.fault("income_negative", at=shelf.clock.at, until=None, remaining=3)
    shelf.run_until(MONDAY + timedelta(days=3))
    held = shelf.holding(SAVER)
    assert held.accrued_fen < 0
    assert held.available_e2 == held.units_e2 + held.accrued_fen

    shelf.at(MONDAY + timedelta(days=4), hour=10)
    order = shelf.sell(SAVER, None)
    shelf.run_until(LAST_OF_MAY + timedelta(days=3))

    assert shelf.now(order).state is RedemptionState.PAID_OUT


def test_anchors_fold_with_what_has_accrued(shelf: Shelf) -> None:
    shelf.run_until(MONDAY + timedelta(days=6))
    before = [accrued_fen(shelf, no) for no in (SAVER, OTHER)]
    with shelf.database.work() as work:
        assert fold_anchors(work, fund=FUND, on=MONDAY + timedelta(days=7), limit=100) > 0
    assert [accrued_fen(shelf, no) for no in (SAVER, OTHER)] == before
    shelf.run_until(date(2015, 6, 1))
    with shelf.database.work() as work:
        (held,) = holdings_of(work, shard=SAVER % 2, customer_no=SAVER)
    assert held.units_e2 > 5_000_000 + before[0]
