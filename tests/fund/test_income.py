"""A day's income: published once, to the fen, explained, overridden by two people only."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huoqi.fund.days import FundDay, Override, ShardTotal
from huoqi.fund.income import (
    DayAlreadyPublished,
    DayOutOfOrder,
    TotalsDiffer,
)
from huoqi.fund.managers.port import FundDayReport, ManagerDown, NotReady
from huoqi.fund.operations import accept_override, confirm_day, fold_anchors, publish_day
from huoqi.fund.orders import Speed
from huoqi.fund.overrides import OverrideExists
from huoqi.fund.queries import (
    day_of,
    explain_day,
    holding_of,
    holdings_at,
    income_of,
    incomes_between,
    movements_of,
    products_of,
    yields_of,
)
from huoqi.fund.rules.allocation import FundDayRow, Mode
from huoqi.fund.rules.rollforward import DayNotPublished
from huoqi.kit.dates import shanghai_at
from tests.fund.world import FUND, MONDAY, ONE_DAY, Shelf

TUESDAY = date(2015, 5, 12)
WEDNESDAY = date(2015, 5, 13)
SAVER = (1, FUND, 107)


@pytest.fixture
def earning(shelf: Shelf) -> Shelf:
    """Return a shelf on Thursday morning whose savers earned on Tuesday and Wednesday."""
    shelf.buy(107, 1_000_000)
    shelf.buy(108, 3_333_333)
    shelf.run_until(WEDNESDAY)
    return shelf


def test_books_agree_each_day_over_a_holiday_and_with_all_kinds_of_orders(shelf: Shelf) -> None:
    shelf.buy(107, 4_000_000)
    shelf.buy(108, 1_234_567)
    for day in range(45):
        on = MONDAY + timedelta(days=day)
        shelf.run_until(on)
        if day % 7 == 3:
            shelf.sell(107, 100_001, speed=Speed.FAST)
        if day % 9 == 4:
            shelf.sell(108, 10_003)
        if day % 10 == 5:
            shelf.buy(108, 20_017)

    assert shelf.closed_until == date(2015, 6, 24)


def test_a_negative_day_takes_units_away_and_still_ties(earning: Shelf) -> None:
    before = earning.holding(107).units_e2
    earning.fault("income_negative", remaining=1)

    earning.run_until(date(2015, 5, 14))

    assert earning.holding(107).units_e2 == before - before * 62_280 // 10**9


def test_holdings_are_the_same_whether_folded_or_rolled(earning: Shelf) -> None:
    with earning.database.work() as work:
        rolled = holdings_at(work, fund=FUND, on=WEDNESDAY)
        assert fold_anchors(work, fund=FUND, on=WEDNESDAY, limit=1) == 1
        assert fold_anchors(work, fund=FUND, on=date(2015, 5, 14), limit=100) == 4
        assert fold_anchors(work, fund=FUND, on=date(2015, 6, 14), limit=100) == 0
        folded = holdings_at(work, fund=FUND, on=WEDNESDAY)
        earlier = holdings_at(work, fund=FUND, on=TUESDAY)
        tuesday = income_of(work, SAVER, on=TUESDAY)
        month = incomes_between(work, SAVER, first_on=MONDAY, last_on=date(2015, 5, 31))

    assert rolled.units_e2.tolist() == folded.units_e2.tolist()
    assert earlier.units_e2.tolist()[2:] == [1_000_132, 3_333_773]
    assert tuesday is not None
    assert set(month) == {TUESDAY, WEDNESDAY}
    assert month[TUESDAY] == tuesday.income_fen
    earning.run_until(date(2015, 5, 18))


def test_a_day_is_explained_with_every_figure_and_its_proofs(earning: Shelf) -> None:
    with earning.database.work() as work:
        told = explain_day(work, SAVER, on=TUESDAY)

    rule = told.rule
    assert told.opening_units_e2 == 0
    assert [event.delta_e2 for event in told.events] == [1_000_000]
    assert divmod(rule.product, 10**9) == (rule.floor_fen, rule.remainder)
    assert rule.product == 1_000_000 * told.fund_day.income_per_10k_e5
    assert told.day.income_fen == rule.income_fen
    assert told.report is not None
    assert told.report.report.source == "simulated:990001:2015-05-12"
    assert told.transfer_id is not None


def test_nothing_is_shown_as_income_before_it_is_published(earning: Shelf) -> None:
    with earning.database.work() as work, pytest.raises(DayNotPublished):
        income_of(work, SAVER, on=date(2015, 5, 14))


def test_days_follow_each_other_and_never_change(earning: Shelf) -> None:
    row = FundDayRow(Mode.RATE, 1, 0, 10**9, 10**9, 0)
    day = FundDay(FUND, date(2015, 5, 16), 0, 4, row, 0, 0, 0, "predicted", "test")
    with earning.database.work() as work:
        published = day_of(work, fund=FUND, on=TUESDAY)
        assert published is not None
        with pytest.raises(DayOutOfOrder):
            publish_day(work, day, shards=[])
        with pytest.raises(TotalsDiffer):
            publish_day(work, replace(day, on=date(2015, 5, 14)), shards=[ShardTotal(0, 1, 0)])
        with pytest.raises(DayAlreadyPublished):
            publish_day(work, replace(published, total_income_fen=1), shards=[])
        assert publish_day(work, published, shards=[]) == published
        confirm_day(work, fund=FUND, on=TUESDAY)
        with pytest.raises(DayNotPublished):
            confirm_day(work, fund=FUND, on=date(2015, 5, 14))
        told = income_of(work, SAVER, on=TUESDAY)
    assert told is not None
    assert told.status == "confirmed"


def test_an_override_feeds_the_days_after_it(earning: Shelf) -> None:
    with earning.database.work() as work:
        before = income_of(work, SAVER, on=TUESDAY)
        assert before is not None
        figure = before.income_fen + 10_000
        override = Override(*SAVER, TUESDAY, figure, "OFD_05.TXT", 12, work.new_id())
        accept_override(work, override)
        with pytest.raises(OverrideExists):
            accept_override(work, override)
        tuesday = income_of(work, SAVER, on=TUESDAY)
        wednesday = income_of(work, SAVER, on=WEDNESDAY)
        told = explain_day(work, SAVER, on=TUESDAY)

    assert tuesday is not None
    assert wednesday is not None
    assert (tuesday.income_fen, tuesday.status) == (figure, "overridden")
    assert wednesday.earning_units_e2 == 1_000_000 + figure
    assert told.rule.income_fen == before.income_fen
    assert told.override is not None
    assert (told.override.source, told.override.record_no) == ("OFD_05.TXT", 12)


def test_published_and_recomputed_yields_stand_side_by_side(shelf: Shelf) -> None:
    shelf.run_until(MONDAY + timedelta(days=8))
    with shelf.database.work() as work:
        yields = yields_of(work, fund=FUND, first_on=MONDAY, last_on=MONDAY + timedelta(days=8))

    assert [each.recomputed.days for each in yields] == [1, 2, 3, 4, 5, 6, 7, 7, 7]
    assert [each.is_flagged for each in yields] == [False] * 9
    assert yields[-1].published_e3 == yields[-1].recomputed.yield_7d_e3


def test_a_manager_that_is_late_says_when(shelf: Shelf) -> None:
    shelf.buy(107, 1_000_000)
    shelf.run_until(MONDAY)
    shelf.fault("nav_late", remaining=1)
    at = shanghai_at(WEDNESDAY, hour=1, minute=30)

    late = shelf.manager.income(fund=FUND, on=TUESDAY, at=at)
    there = shelf.manager.income(fund=FUND, on=TUESDAY, at=at + timedelta(hours=4))
    next_day = shelf.manager.income(fund=FUND, on=WEDNESDAY, at=at + ONE_DAY)

    assert late == NotReady(at + timedelta(hours=4))
    assert isinstance(there, FundDayReport)
    assert isinstance(next_day, FundDayReport)


def test_a_manager_can_be_off_by_a_fen_and_down_for_an_hour(shelf: Shelf) -> None:
    shelf.buy(107, 1_000_000)
    shelf.run_until(MONDAY)
    shelf.fault("income_total_off_by_one", remaining=1)
    at = shanghai_at(WEDNESDAY, hour=1, minute=30)
    report = shelf.manager.income(fund=FUND, on=TUESDAY, at=at)
    shelf.fault("manager_down", at=at)
    down = shelf.manager.income(fund=FUND, on=TUESDAY, at=at)

    assert isinstance(report, FundDayReport)
    assert report.total_income_fen == 1_000_000 * report.income_per_10k_e5 // 10**9 + 1
    assert shelf.register(TUESDAY) if not isinstance(down, ManagerDown) else True
    assert down == ManagerDown(at + timedelta(hours=1))


def test_the_manager_closes_the_fund_by_its_report_and_opens_it_again(shelf: Shelf) -> None:
    until = shanghai_at(WEDNESDAY, hour=1)
    shelf.fault("redemption_suspended", until=until)
    shelf.publish(MONDAY)
    with shelf.database.work() as work:
        shut = products_of(work, funds=[FUND])[0].state
    shelf.publish(TUESDAY)
    with shelf.database.work() as work:
        opened = products_of(work, funds=[FUND])[0].state

    assert (shut.value, opened.value) == ("redemptions_suspended", "open")


def test_a_partial_file_leaves_orders_waiting_for_the_next_one(shelf: Shelf) -> None:
    orders = [shelf.buy(107, 10_000 + n) for n in range(4)]
    shelf.fault("confirmation_partial", remaining=1)

    shelf.run_until(MONDAY)
    after_first = [shelf.now(order).state.value for order in orders]
    shelf.run_until(TUESDAY)

    assert sorted(after_first) == ["confirmed", "confirmed", "confirmed", "sent"]
    assert sorted(shelf.now(order).state.value for order in orders) == [
        "confirmed",
        "earning",
        "earning",
        "earning",
    ]


def test_a_given_series_replaces_the_curve(shelf: Shelf) -> None:
    with shelf.database.work() as work:
        work.run(
            "INSERT INTO simulated.income_script VALUES (%s, %s, 157870, 4, 6307, NULL)",
            (FUND, MONDAY),
        )

    report = shelf.publish(MONDAY)

    assert (report.income_per_10k_e5, report.yield_7d_e3) == (157_870, 6_307)


def test_a_balance_is_its_opening_and_every_movement_since(shelf: Shelf) -> None:
    shelf.buy(107, 4_000_000)
    shelf.run_until(date(2015, 5, 20))
    shelf.sell(107, 100_001, speed=Speed.FAST)
    shelf.sell(107, 50_000)
    shelf.run_until(date(2015, 5, 22))

    with shelf.database.work() as work:
        moved = movements_of(work, SAVER, since=date(2015, 5, 18))
        whole = movements_of(work, SAVER, since=date.min)
        held = holding_of(work, shard=1, customer_no=107, fund=FUND)

    assert moved.units_e2 == whole.units_e2 == held.units_e2
    assert (whole.opening_units_e2, whole.movements[0].units_e2) == (0, 4_000_000)
    assert moved.opening_units_e2 > 4_000_000
    ordered = [each.units_e2 for each in moved.movements if each.order_id is not None]
    assert ordered == [-100_001, -50_000]
