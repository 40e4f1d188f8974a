"""Hypothesis drives the model and the whole company through the same wishes, faults and deaths.

After every step both are seen in the same terms and must be equal: orders with their dates,
units, cash, limits, incomes, closed days. Every step also proves the ledger (I1, I2, I4 to I6,
I9, I10) and, on each closed day, that the manager's register is the model's too.

A failure prints the steps and a blob for @reproduce_failure. HUOQI_SIMULATION_EXAMPLES asks for
longer runs: HUOQI_SIMULATION_EXAMPLES=300 ./huoqi test tests/simulation
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from huoqi.close.operations import DayNotOver, run_close
from huoqi.close.rules.steps import State
from huoqi.fund.managers.simulated_store import stored_day
from huoqi.fund.operations import fold_anchors
from huoqi.kit.ids import SeededIds
from huoqi.ledger.queries import check_invariants
from tests.simulation.live import (
    CAPS,
    CAPS_FROM,
    FUND,
    ISSUERS,
    LINE_FEN,
    Live,
    expected,
    instant,
    live_on,
)
from tests.simulation.model import Company
from tests.simulation.model_bank import Fault
from tests.simulation.model_night import advance, work_off
from tests.simulation.model_rules import DAY

MONDAY = date(2015, 5, 11)
LAST_DAY = date(2015, 8, 28)  # then a bank changes its limits
PEOPLE_MOST = 5
CARDS = ["0000", "0000", "0009", "0002", "0024"]
BANK_FAULTS = ["reply_lost", "executed_late", "callback_duplicated", "callback_reordered"]
MANAGER_FAULTS = [
    "nav_late",
    "income_negative",
    "redemption_suspended",
    "confirmation_partial",
    "income_total_off_by_one",
    "manager_down",
]

who = st.integers(0, PEOPLE_MOST - 1)
#: Small and large ones, the edges of limits, and those on which the manager acts up.
amounts_fen = st.one_of(
    st.integers(1, 600_000),
    st.integers(400_000, 5_100_000),
    st.sampled_from([99, 100, 113, 117, 119, 100_013, 400_017, 100_019, 500_000, 500_001]),
)
shares_pct = st.one_of(st.integers(1, 100), st.sampled_from([100, 100, 101]))
rates_e5 = st.one_of(
    st.integers(100_000, 200_000), st.sampled_from([0, 1, -1, -62_280, 136_920, 9_999_999])
)


class CompanyMachine(RuleBasedStateMachine):
    """The same to both; they never differ."""

    database: ClassVar[Callable[[], AbstractContextManager[str]]]

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        dsn = self._stack.enter_context(type(self).database())
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.live: Live = self._stack.enter_context(live_on(dsn, folder))
        self.ids = SeededIds("machine")
        self.model = Company(datetime.combine(MONDAY, time(9)))
        self.model.line_fen = LINE_FEN
        self.model.caps = (
            CAPS_FROM,
            CAPS["order_max_fen"],
            CAPS["day_max_fen"],
            CAPS["holding_cap_e2"],
        )
        self.people: list[int] = []
        self.asked: dict[UUID, tuple[str, int, int | None]] = {}

    def teardown(self) -> None:
        """Close the company."""
        self._stack.close()

    @initialize(
        rates=st.lists(rates_e5, min_size=3, max_size=9),
        amounts=st.lists(st.integers(100_000, 500_000), min_size=2, max_size=3),
        days=st.integers(0, 9),
        gate=st.sampled_from([(None, True), (10, True), (30, True), (30, False)]),
    )
    def begin(
        self, rates: list[int], amounts: list[int], days: int, gate: tuple[int | None, bool]
    ) -> None:
        """Fix what the manager does, and let the first savers buy and wait some days."""
        self.model.gate = gate
        self.live.gate(gate[0], rest_waits=gate[1])
        for n in range((LAST_DAY - MONDAY).days + 2):
            self._script(MONDAY + DAY * n, rates[n % len(rates)], None)
        for fen, bank in zip(amounts, ISSUERS, strict=False):
            self._move_in(bank, "0000")
            self._buy(self._new_id(), self.people[-1], fen)
        self._advance(self.model.now + DAY * days)

    def _script(self, on: date, rate_e5: int, total_fen: int | None) -> None:
        self.live.script(on, rate_e5, total_fen)
        self.model.script[on] = (rate_e5, total_fen)

    def _move_in(self, bank: str, last_four: str) -> None:
        someone = self.live.new_customer(bank, last_four)
        self.people.append(someone.customer_no)
        self.model.bank.cards[someone.customer_no] = (bank, last_four)

    def _bank_fault(self) -> bool:
        return any(fault.covers(self.model.now) for fault in self.model.bank.faults)

    def _new_id(self) -> UUID:
        return self.ids.new(instant(self.model.now))

    def _person(self, place: int) -> int:
        return self.people[place % len(self.people)]

    def _holder(self, place: int) -> int:
        """Return somebody with units, if anybody has some."""
        holders = [number for number in self.people if self.model.units(number)]
        return (holders or self.people)[place % len(holders or self.people)]

    # Customers.

    @precondition(lambda self: len(self.people) < PEOPLE_MOST and not self._bank_fault())
    @rule(bank=st.sampled_from(["ICBC", "CMB", "PSBC"]), card=st.sampled_from(CARDS))
    def new_customer(self, bank: str, card: str) -> None:
        """Let somebody else in."""
        self._move_in(bank, card)

    @rule(place=who, fen=amounts_fen, pays=st.booleans())
    def buy(self, place: int, fen: int, pays: bool) -> None:
        """Buy, and mostly let the bank pay at once."""
        self._buy(self._new_id(), self._person(place), fen)
        if pays:
            self.work_off()

    def _buy(self, order_id: UUID, number: int, fen: int) -> None:
        assert self.live.buy(order_id, number, fen) == self.model.buy(order_id, number, fen)
        self.asked[order_id] = ("buy", number, fen)

    @rule(place=who, pct=shares_pct, speed=st.sampled_from(["normal", "fast"]), pays=st.booleans())
    def sell(self, place: int, pct: int, speed: str, pays: bool) -> None:
        """Redeem a share of what is free, or a little more."""
        number = self._holder(place)
        free = self.model.available if speed == "normal" else self.model.advanceable
        units = max(1, free(number) * pct // 100)
        self._sell(self._new_id(), number, units, speed)
        if pays:
            self.work_off()

    @rule(place=who, speed=st.sampled_from(["normal", "normal", "fast"]))
    def sell_all(self, place: int, speed: str) -> None:
        """Redeem everything, with the income that comes later."""
        self._sell(self._new_id(), self._holder(place), None, speed)
        self.work_off()

    def _sell(self, order_id: UUID, number: int, units: int | None, speed: str) -> None:
        answer = self.live.sell(order_id, number, units, speed)
        assert answer == self.model.sell(order_id, number, units, speed)
        self.asked[order_id] = (speed, number, units)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), change=st.sampled_from([0, 0, 0, 1]))
    def ask_again(self, data: st.DataObject, change: int) -> None:
        """Repeat a request under its id, refused ones too, or ask something else under it."""
        order_id = data.draw(st.sampled_from(sorted(self.asked)))
        verb, number, size = self.asked[order_id]
        size = None if size is None else size + change
        if verb == "buy":
            assert size is not None
            self._buy(order_id, number, size)
        else:
            self._sell(order_id, number, size, verb)

    @precondition(lambda self: self.model.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """Take an order back, be it open or not."""
        mine = [o for o in self.model.orders.values() if o.customer_no in self.people]
        open_first = sorted(
            mine, key=lambda o: (o.state not in {"placed", "paid", "accepted", "deferred"},)
        )
        order = data.draw(st.sampled_from(open_first[:4]))
        answer = self.live.cancel(order.order_id, order.customer_no)
        assert answer == self.model.cancel(order.order_id)

    # Time.

    @rule()
    def work_off(self) -> None:
        """Do what is due now."""
        self.live.work_off()
        work_off(self.model)

    @rule(minutes=st.one_of(st.integers(1, 90), st.integers(1, 1_000)))
    def wait(self, minutes: int) -> None:
        """Let some minutes pass."""
        self._advance(self.model.now + timedelta(minutes=minutes))

    @rule(
        days=st.integers(0, 3),
        hour=st.sampled_from([0, 1, 2, 9, 14, 15, 22, 23]),
        late=st.integers(-1, 1),
    )
    def go_to_an_hour(self, days: int, hour: int, late: int) -> None:
        """Move to an hour at which something happens, or a second before or after it."""
        minute = {1: 30, 15: 0, 22: 30, 23: 45}.get(hour, 0)
        at = datetime.combine(self.model.now.date() + DAY * days, time(hour, minute))
        at += timedelta(seconds=late)
        self._advance(at if at > self.model.now else at + DAY)

    @rule(days=st.integers(1, 12))
    def skip_days(self, days: int) -> None:
        """Let days pass."""
        self._advance(self.model.now + DAY * days)

    def _advance(self, to: datetime) -> None:
        to = min(to, datetime.combine(LAST_DAY, time(12)))
        if to < self.model.now:
            return
        journey = self.live.advance(to)
        stopped = advance(self.model, to=to)
        assert (journey.state == "stopped_at_event") == stopped, journey
        self._same_time()

    def _same_time(self) -> None:
        assert self.live.now() == self.model.now

    # What goes wrong.

    @precondition(lambda self: not self._bank_fault())
    @rule(
        name=st.sampled_from(BANK_FAULTS),
        minutes=st.integers(1, 3_000),
        late_s=st.sampled_from([0, 45, 250, 30_000]),
    )
    def spoil_banks(self, name: str, minutes: int, late_s: int) -> None:
        """Let every bank go wrong for a while."""
        param = late_s if name == "executed_late" else 0
        self.model.bank.faults.append(self._arm(name, timedelta(minutes=minutes), param))

    @rule(name=st.sampled_from(MANAGER_FAULTS), hours=st.integers(1, 60))
    def spoil_manager(self, name: str, hours: int) -> None:
        """Let the fund manager go wrong for a while."""
        self.model.faults.append(self._arm(name, timedelta(hours=hours), 0))

    def _arm(self, name: str, lasts: timedelta, param: int) -> Fault:
        now = self.model.now
        fault = Fault(self._new_id(), name, now, now + lasts, param)
        self.live.arm(fault.fault_id, name, fault.until_at, param)
        return fault

    def _armed(self) -> list[Fault]:
        every = [*self.model.faults, *self.model.bank.faults]
        return [fault for fault in every if fault.covers(self.model.now)]

    @precondition(lambda self: self._armed())
    @rule(data=st.data())
    def make_good(self, data: st.DataObject) -> None:
        """Cancel a fault."""
        fault = data.draw(st.sampled_from(self._armed()))
        self.live.disarm(fault.fault_id)
        fault.until_at = self.model.now

    @rule(rates=st.lists(rates_e5, min_size=1, max_size=4))
    def script(self, rates: list[int]) -> None:
        """Decide what the fund earns today and on the next days."""
        for n, rate_e5 in enumerate(rates):
            self._script(self.model.now.date() + DAY * n, rate_e5, None)

    @rule(rate_e5=rates_e5, off_fen=st.integers(-5, 5), turns=st.booleans())
    def script_total(self, rate_e5: int, off_fen: int, turns: bool) -> None:
        """Let the manager give a total that its rate only roughly tells, or contradicts."""
        today = self.model.now.date()
        units = sum(self.model.units(number) for number in self.model.changes)
        if units > 100_000:
            total = units * rate_e5 // 10**9 + off_fen
            self._script(today, rate_e5, -total if turns else total)

    @precondition(lambda self: not self.model.struck("income_total_off_by_one", self.model.now))
    @rule(
        lives=st.lists(st.integers(1, 25), min_size=1, max_size=4),
        late=st.booleans(),
        hours=st.integers(1, 40),
    )
    def die_often(self, lives: list[int], late: bool, hours: int) -> None:
        """Let time pass while the process is killed between its transactions, and resumed."""
        if self.model.blocked_on is not None:
            return
        to = min(self.model.now + timedelta(hours=hours), datetime.combine(LAST_DAY, time(12)))
        if to <= self.model.now:
            return
        self.live.advance_dying(to, lives=lives, late=late)
        self.model.bank.correct(self.live.seen())
        assert not advance(self.model, to=to)
        self.model.bank.seen = {}
        self._same_time()

    # What changes nothing.

    @rule(limit=st.integers(1, 9))
    def fold(self, limit: int) -> None:
        """Move some anchors; nobody can tell."""
        today = self.model.now.date()
        self.live.database.run(lambda work: fold_anchors(work, fund=FUND, on=today, limit=limit))

    @precondition(lambda self: self.model.days)
    @rule()
    def close_again(self) -> None:
        """Close the last day again, and today, which is not over."""
        last_on = self.model.days[-1].on
        results = [run_close(self.live.platform, fund=FUND, on=last_on) for _ in range(2)]
        assert results[0] == results[1]
        assert results[0].state is State.DONE
        with pytest.raises(DayNotOver):
            run_close(self.live.platform, fund=FUND, on=self.model.now.date())

    # What holds after every step.

    @invariant()
    def both_are_the_same(self) -> None:
        """Compare the model and the company, and prove the ledger."""
        seen, predicted = self.live.picture(), expected(self.model)
        for part, figures in predicted.items():
            assert seen[part] == figures, part
        with self.live.database.work(while_advancing=True) as work:
            assert check_invariants(work) == []

    @invariant()
    def the_register_is_the_model_too(self) -> None:
        """Compare the last closed day with the manager's own register."""
        if not self.model.days:
            return
        on = self.model.days[-1].on
        with self.live.database.work(while_advancing=True) as work:
            register = stored_day(work, fund=FUND, on=on)
        units = register.units_e2 if register else {}
        assert units == self.model.holders_on(on)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_the_company_lives_as_the_model_says(postgres_cluster: Any) -> None:  # noqa: ANN401 - its class lives in a conftest
    CompanyMachine.database = postgres_cluster.database
    examples = int(os.environ.get("HUOQI_SIMULATION_EXAMPLES", "10"))
    run_state_machine_as_test(
        CompanyMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=35,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
