"""The close of a fund with a monthly carry: accrued income ties in four books, and carries."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from huoqi.close import _store
from huoqi.close.book import Book
from huoqi.close.breaks import breaks_of_day
from huoqi.close.operations import pump_payments
from huoqi.close.queries import closed_days, seals_before, status_of
from huoqi.close.rules.steps import State
from huoqi.close.seal.simulated import simulated_desk
from huoqi.fund.managers.simulated import SimulatedManager
from huoqi.fund.managers.simulated_custody import SimulatedSigners
from huoqi.fund.operations import place_purchases, redeem
from huoqi.fund.orders import FundOrder, PurchaseRequest, RedemptionRequest, Speed
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.queries import order_of
from huoqi.fund.shelf import open_fund, trading_calendar
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.faults import FaultRequest, arm_faults
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.differing import decide, proposed
from tests.close.world import SHARDS, Company, company_on, day

MONTHLY = "990002"
SAVERS = (100, 101, 102, 103)


@pytest.fixture
def company(dsn: str) -> Iterator[Company]:
    """Yield a company that sells a monthly fund; four savers bought it on the first Monday."""
    with company_on(dsn) as opened:
        database = opened.database

        def calendar() -> object:
            with database.work(while_advancing=True) as work:
                return trading_calendar(work)

        manager = SimulatedManager(
            database,
            calendar=calendar,  # type: ignore[arg-type]
            carries_monthly=lambda fund: fund == MONTHLY,
        )
        platform = replace(
            opened.platform, managers=dict.fromkeys([*opened.platform.managers, MONTHLY], manager)
        )
        company = Company(platform, manager, opened.cards)
        with database.work() as work:
            new = replace(HUOQIBAO, fund=MONTHLY, preset="cn_monthly", name_en="Monthly")
            open_fund(work, new, shards=SHARDS, advance_limit_fen=100_000_000)
        company.open_savers(SAVERS)
        buy(company, {no: 1_000_000 + 37 * no for no in SAVERS})
        yield company


def buy(company: Company, amounts_fen: dict[int, int]) -> None:
    """Buy the monthly fund and let the banks pay."""
    requests = [
        PurchaseRequest(
            company.new_id(),
            no,
            company.cards[no].shard,
            MONTHLY,
            fen,
            company.cards[no].card_id,
            has_agreed=True,
        )
        for no, fen in amounts_fen.items()
    ]
    placed = company.database.run(lambda work: place_purchases(work, requests))
    assert all(isinstance(order, FundOrder) for order in placed), placed
    pump_payments(company.platform)


def sell(company: Company, customer_no: int, units_e2: int | None, *, speed: Speed) -> FundOrder:
    """Redeem units of the monthly fund."""
    card = company.cards[customer_no]
    request = RedemptionRequest(
        company.new_id(), customer_no, card.shard, MONTHLY, units_e2, speed, card.card_id
    )
    (order,) = company.database.run(lambda work: redeem(work, [request]))
    assert isinstance(order, FundOrder), order
    pump_payments(company.platform)
    return order


def book_of(company: Company, on: date) -> Book:
    """Return the book of a closed day."""
    with company.database.work(while_advancing=True) as work:
        found = _store.book(work, fund=MONTHLY, on=on)
    assert found is not None
    return found


def test_every_day_ties_over_the_carry_day_with_orders_of_all_kinds(company: Company) -> None:
    machine = TimeMachine(company.platform)
    machine.advance_to(shanghai_at(day(3), hour=10))
    sell(company, 100, 400_000, speed=Speed.FAST)
    whole = sell(company, 101, None, speed=Speed.NORMAL)
    buy(company, {102: 123_456})
    machine.advance_to(shanghai_at(day(8), hour=10))
    sell(company, 102, None, speed=Speed.FAST)

    assert machine.advance_to(shanghai_at(day(25), hour=10)).state == "ready"

    with company.database.work(while_advancing=True) as work:
        days = closed_days(work, fund=MONTHLY)
        after = order_of(work, whole.key)
    assert [closed.sealed.on for closed in reversed(days)] == [day(n) for n in range(25)]
    before_carry, carried = book_of(company, date(2015, 5, 30)), book_of(company, date(2015, 5, 31))
    assert before_carry.total_accrued_fen > 0
    assert carried.total_accrued_fen == 0
    carried_income_fen = next(d for d in days if d.sealed.on == date(2015, 5, 31))
    grown_e2 = carried.total_units_e2 - before_carry.total_units_e2
    earned_fen = carried_income_fen.sealed.total_income_fen
    assert grown_e2 == before_carry.total_accrued_fen + earned_fen
    assert after is not None
    assert after.done_fen > 1_000_000 + 37 * 101
    assert 101 not in book_of(company, day(10)).accounts.tolist()


def test_a_register_that_accrued_a_fen_less_keeps_the_day_open(company: Company) -> None:
    machine = TimeMachine(company.platform)
    machine.advance_to(shanghai_at(day(3), hour=10))
    with company.database.work() as work:
        # Holder 103's accrued income in the register: the lowest byte of its figure, one less.
        work.run(
            "UPDATE simulated.register SET accrued = set_byte(accrued, 24,"
            " get_byte(accrued, 24) - 1) WHERE fund = %s AND day_on = %s",
            (MONTHLY, day(2)),
        )

    assert machine.advance_to(shanghai_at(day(4), hour=10)).state == "stopped_at_event"

    with company.database.work(while_advancing=True) as work:
        status = status_of(work, fund=MONTHLY, on=day(3))
    assert status.state is State.BLOCKED
    (found,) = [row for row in status.breaks if row.kind == "register_accrued"]
    assert (found.account_no, found.difference) == (103, 1)


@pytest.mark.parametrize(("number", "kind"), [(2, "register_accrued"), (20, "register")])
def test_the_registers_figure_is_accepted_while_it_accrues_and_when_it_carries(
    company: Company, number: int, kind: str
) -> None:
    at = shanghai_at(day(number + 1), hour=1)
    fault = FaultRequest(company.new_id(), "holder_income_off", MONTHLY, at=at, params={"fen": 4})
    with company.database.work() as work:
        arm_faults(work, [fault])
    TimeMachine(company.platform).advance_to(shanghai_at(day(number + 1), hour=5))
    with company.database.work() as work:
        found = breaks_of_day(work, fund=MONTHLY, on=day(number))
    assert [(each.key.kind, each.row.difference) for each in found] == [(kind, -4), (kind, 4)]
    assert all(
        (each.row.income_theirs or 0) - (each.row.income_ours or 0) == -(each.row.difference or 0)
        for each in found
    )

    decide(company, proposed(company, found))

    moved = TimeMachine(company.platform).advance_to(shanghai_at(day(number + 6), hour=9))
    assert moved.state == "ready"
    with company.database.work() as work:
        assert status_of(work, fund=MONTHLY, on=day(number + 5)).state is State.DONE


def test_every_day_of_a_month_is_sealed_with_the_income_that_waits(company: Company) -> None:
    own = SimulatedSigners(company.database)
    desk = simulated_desk(
        bytes(32),
        managers=company.platform.managers,
        now=company.now,
        register=own.in_register,
        custody=own.in_custody,
    )
    company.platform = replace(company.platform, seal=desk)
    TimeMachine(company.platform).advance_to(shanghai_at(day(9), hour=12))
    sell(company, 101, None, speed=Speed.NORMAL)  # everything, with what has accrued
    sell(company, 102, 300_000, speed=Speed.FAST)
    TimeMachine(company.platform).advance_to(shanghai_at(day(25), hour=9))

    with company.database.work(while_advancing=True) as work:
        kept = seals_before(work, fund=MONTHLY, before=date.max, limit=100)
        closed = closed_days(work, fund=MONTHLY, limit=100)
    assert [each.statement.on for each in kept] == [each.sealed.on for each in closed]
    for seal, made in zip(kept, closed, strict=True):
        assert seal.statement.total_units_e2 == made.sealed.total_units_e2
        assert seal.statement.total_income_fen == made.sealed.total_income_fen
    assert sum(each.statement.total_income_fen > 0 for each in kept) > 20
