"""Hypothesis drives the model and the platform through the same days; they never differ."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.columns import holdings_at
from huoqi.fund.managers.port import Confirmation
from huoqi.fund.operations import fold_anchors
from huoqi.fund.orders import FundOrder, Origin, PurchaseRequest, Speed
from huoqi.fund.rules.order_states import PurchaseState, RedemptionState
from huoqi.ledger.rules.chart import AccountKind
from tests.fund.model import Model
from tests.fund.monthly_model import MonthlyModel
from tests.fund.world import FUND, MONDAY, ONE_DAY, Shelf, shelf_on

SAVERS = (107, 108, 109)
ORDERS_A_DAY = 8

savers = st.sampled_from(SAVERS)
#: Small, large, and the amounts on which the manager acts up; never beyond the card's day limit.
amounts_fen = st.one_of(
    st.integers(100, 600_000), st.sampled_from([100_013, 100_017, 100_019, 250_017, 101])
)
shares_pct = st.integers(1, 120)


class FundMachine(RuleBasedStateMachine):
    """The same wishes to both; after each night holders, ledger and register are equal."""

    database: ClassVar[Callable[[], AbstractContextManager[str]]]
    model_of_fund: ClassVar[type[Model]] = Model
    preset: ClassVar[str] = "cn_daily"
    opens_on: ClassVar[date] = MONDAY

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        dsn = self._stack.enter_context(type(self).database())
        shelf = shelf_on(dsn, savers=SAVERS, preset=self.preset, opens_on=self.opens_on)
        self.shelf: Shelf = self._stack.enter_context(shelf)
        self.model = self.model_of_fund()
        self.on = self.opens_on
        self.is_cut_off = False
        self.orders_today = 0
        self.wishes: list[PurchaseRequest] = []
        self.answers: list[Confirmation] = []

    def teardown(self) -> None:
        """Close the world."""
        self._stack.close()

    @property
    def t_day(self) -> date:
        """Return the trading day of an order of now."""
        calendar = xshg()
        if self.is_cut_off:
            return calendar.next_trading_day(self.on)
        return calendar.trading_day_from(self.on)

    def _busy(self) -> bool:
        return self.orders_today >= ORDERS_A_DAY

    @initialize(amount_fen=st.integers(100_000, 3_000_000))
    def first(self, amount_fen: int) -> None:
        """Begin with two holders."""
        for saver in SAVERS[:2]:
            self.buy(saver, amount_fen // 100 * 100)

    @precondition(lambda self: not self._busy())
    @rule(saver=savers, amount_fen=amounts_fen)
    def buy(self, saver: int, amount_fen: int) -> None:
        """Buy, and pay at once."""
        wish = self.shelf.wish(saver, amount_fen)
        self._place(wish)
        self.model.buy(saver, amount_fen, t_day=self.t_day)
        self.wishes.append(wish)
        self.orders_today += 1

    @precondition(lambda self: self.wishes)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        """Repeat a purchase that was placed before: nothing happens a second time."""
        wish = data.draw(st.sampled_from(self.wishes))
        again = self._place(wish)
        assert again.amount_fen == wish.amount_fen

    def _place(self, wish: PurchaseRequest) -> FundOrder:
        (order,) = self.shelf.place(wish)
        assert isinstance(order, FundOrder), order
        self.shelf.pay()
        return order

    @precondition(lambda self: not self._busy())
    @rule(saver=savers, share_pct=shares_pct)
    def sell(self, saver: int, share_pct: int) -> None:
        """Redeem a share of what is there, or more than that."""
        units_e2 = max(1, self.model.available(saver) * share_pct // 100)
        (answer,) = self.shelf.redeem(self.shelf.ask(saver, units_e2))
        accepted = self.model.sell(saver, units_e2, t_day=self.t_day)
        assert isinstance(answer, FundOrder) == accepted, answer
        self.orders_today += 1

    @precondition(lambda self: not self._busy())
    @rule(saver=savers)
    def sell_all(self, saver: int) -> None:
        """Redeem all that is free; income published later follows by itself."""
        (answer,) = self.shelf.redeem(self.shelf.ask(saver, None))
        accepted = self.model.sell_all(saver, t_day=self.t_day, on=self.on)
        assert isinstance(answer, FundOrder) == accepted, answer
        self.orders_today += 1

    @precondition(lambda self: not self._busy())
    @rule(saver=savers, share_pct=shares_pct)
    def sell_fast(self, saver: int, share_pct: int) -> None:
        """Redeem fast; both sides give the same reason when they refuse."""
        units_e2 = max(1, self.model.available(saver) * share_pct // 100)
        (answer,) = self.shelf.redeem(self.shelf.ask(saver, units_e2, speed=Speed.FAST))
        expected = self.model.sell_fast(saver, units_e2, t_day=self.t_day)
        assert ("" if isinstance(answer, FundOrder) else answer.code) == expected
        self.shelf.pay()
        self.orders_today += 1

    @precondition(lambda self: any(s.t_day == self.t_day for s in self.model.sold))
    @rule()
    def take_back(self) -> None:
        """Cancel the last redemption of this trading day."""
        open_orders = [
            order
            for saver in SAVERS
            for order in self.shelf.orders(saver)
            if order.state is RedemptionState.ACCEPTED
            and order.t_day == self.t_day
            and order.origin is Origin.CUSTOMER
        ]
        if not open_orders:
            return
        order = max(open_orders, key=lambda each: each.order_id)
        assert isinstance(self.shelf.cancel(order), FundOrder)
        assert order.units_e2 is not None
        mine = [s for s in self.model.sold if s.customer_no == order.customer_no]
        (sale,) = [s for s in mine if (s.units_e2, s.t_day) == (order.units_e2, order.t_day)][-1:]
        self.model.sold.remove(sale)

    @precondition(lambda self: self.answers)
    @rule()
    def confirm_again(self) -> None:
        """Take yesterday's file in once more: nothing happens."""
        self.shelf.answer(self.answers)

    @rule(days=st.integers(1, 30))
    def fold(self, days: int) -> None:
        """Move some anchors; nobody can tell."""
        with self.shelf.database.work() as work:
            fold_anchors(work, fund=FUND, on=self.on, limit=days)

    @precondition(lambda self: not self.is_cut_off)
    @rule()
    def afternoon(self) -> None:
        """Pass the cut-off of a trading day."""
        self._cut_off()
        self.shelf.at(self.on, hour=16)

    def _cut_off(self) -> None:
        if xshg().is_trading_day(self.on):
            self.shelf.send(self.on)
            self.model.cut_off(self.on)
        self.is_cut_off = True

    @rule(is_negative=st.sampled_from([False, False, False, True]))
    def night(self, is_negative: bool) -> None:
        """Let a day end: its income, and in the morning the answers of the register."""
        if not self.is_cut_off:
            self._cut_off()
        if is_negative:
            self.shelf.fault("income_negative", at=self.shelf.clock.at, remaining=1)
        report = self.shelf.publish(self.on)
        total_fen = self.model.earn(report.income_per_10k_e5, on=self.on)
        assert report.total_income_fen == total_fen
        self._compare()
        self.on, self.is_cut_off, self.orders_today = self.on + ONE_DAY, False, 0
        self._morning()

    def _morning(self) -> None:
        calendar = xshg()
        if calendar.is_trading_day(self.on):
            t_day = calendar.previous_trading_day(self.on)
            self.shelf.at(self.on, hour=9)
            answers = self.shelf.manager.confirmations(
                fund=FUND, t_day=t_day, at=self.shelf.clock.at
            )
            assert isinstance(answers, list)
            self.answers = answers
            self.shelf.answer(answers)
            self.model.confirm(t_day, on=self.on)
        self.shelf.at(self.on, hour=9, minute=30)
        self.shelf.pay()

    def _compare(self) -> None:
        shelf = self.shelf
        shelf.check_books(self.on)
        with shelf.database.work() as work:
            columns = holdings_at(work, fund=FUND, on=self.on)
        online = {
            int(no): int(units)
            for no, units in zip(columns.accounts, columns.units_e2, strict=True)
            if units
        }
        assert online == {no: units for no, units in self.model.units_e2.items() if units}
        accrued = zip(columns.accounts.tolist(), columns.accrued_fen.tolist(), strict=True)
        assert {no: fen for no, fen in accrued if fen} == {
            no: fen for no, fen in self.model.accrued_fen.items() if fen
        }
        assert shelf.system_fen(AccountKind.FUND_SETTLEMENT) == self.model.settlement_fen
        assert shelf.system_fen(AccountKind.ADVANCE_RECEIVABLE) == -self.model.receivable_fen
        assert all(shelf.cash_fen(saver) == 0 for saver in SAVERS)
        sent = [o for s in SAVERS for o in shelf.orders(s) if o.state is PurchaseState.SENT]
        assert sum(order.amount_fen or 0 for order in sent) <= sum(
            order.amount_fen for order in self.model.bought
        )


class MonthlyMachine(FundMachine):
    """The same for a fund that carries monthly, from a few days before the end of a month."""

    model_of_fund = MonthlyModel
    preset = "cn_monthly"
    opens_on = date(2015, 5, 27)


@pytest.mark.slow
@pytest.mark.parametrize("machine", [FundMachine, MonthlyMachine])
def test_model_and_platform_live_the_same_days(
    postgres_cluster: Any,  # noqa: ANN401 - its class lives in a conftest
    machine: type[FundMachine],
) -> None:
    FundMachine.database = postgres_cluster.database
    examples = int(os.environ.get("HUOQI_EXAMPLES", "12"))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


#: Walks that once parted the two: a maker of the machine, then its steps in order.
WALKS: list[tuple[type[FundMachine], list[tuple[str, tuple[int | bool, ...]]]]] = [
    # A purchase confirmed in the same morning is not redeemed with what a loss left short.
    (
        FundMachine,
        [("night", (False,)), ("buy", (107, 100)), ("sell_all", (107,))]
        + [("night", (True,)), ("night", (False,))],
    ),
    # The advance provider bears what its units lose, and the line is free again.
    (
        FundMachine,
        [("night", (False,)), ("sell_fast", (107, 13)), ("sell_fast", (107, 91))]
        + [("night", (True,)), ("night", (False,))],
    ),
    (
        MonthlyMachine,
        [("night", (False,)), ("sell_fast", (107, 91)), ("night", (True,)), ("night", (False,))],
    ),
]


@pytest.mark.parametrize(("machine", "steps"), WALKS)
def test_a_walk_that_once_parted_them(
    postgres_cluster: Any,  # noqa: ANN401 - its class lives in a conftest
    machine: type[FundMachine],
    steps: list[tuple[str, tuple[int | bool, ...]]],
) -> None:
    FundMachine.database = postgres_cluster.database
    walk = machine()
    try:
        walk.first(1_552_352)
        for name, arguments in steps:
            getattr(walk, name)(*arguments)
    finally:
        walk.teardown()
