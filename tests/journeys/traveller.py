"""A company as a journey sees it: people buy and redeem, time passes, what came of it is read."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from huoqi.close.queries import BreakRow, DayStatus, closed_days, status_of
from huoqi.close.rules.steps import State
from huoqi.fund.orders import FundOrder, Payout
from huoqi.fund.queries import HoldingNow, holding_of, order_of, payouts_of
from huoqi.kit.dates import shanghai_at
from huoqi.kit.ids import SeededIds
from huoqi.ledger.queries import balances, check_invariants
from huoqi.ledger.rules.chart import customer_cash_account
from huoqi.ledger.rules.counters import Counters
from huoqi.sandbox.faults import Fault, FaultRequest, arm_faults
from huoqi.sandbox.residents import Resident
from huoqi.sandbox.time_machine import TimeMachine
from tests.simulation.live import FUND, Live, instant

MONDAY = date(2015, 5, 11)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))


@dataclass
class Traveller:
    """One company and its clock."""

    live: Live
    ids: SeededIds

    def new_id(self) -> UUID:
        """Return a fresh id."""
        return self.ids.new(instant(self.live.now()))

    def to(self, on: date, hour: int, minute: int = 0) -> str:
        """Travel to an hour of a day, and return the state of the clock."""
        at = shanghai_at(on, hour=hour, minute=minute)
        return TimeMachine(self.live.platform).advance_to(at).state

    def wait(self, seconds: int) -> None:
        """Let some seconds pass."""
        self.live.advance(self.live.now() + timedelta(seconds=seconds))

    def saver(self, last_four: str = "0000") -> Resident:
        """Let somebody with such a card move in."""
        return self.live.new_customer("ICBC", last_four)

    def buy(self, who: Resident, fen: int) -> UUID:
        """Buy, speak with the bank, and return the order's id."""
        order_id = self.new_id()
        assert self.live.buy(order_id, who.customer_no, fen) == ""
        self.live.work_off()
        return order_id

    def sell(self, who: Resident, units_e2: int | None, speed: str) -> UUID:
        """Redeem, speak with the bank, and return the order's id."""
        order_id = self.new_id()
        assert self.live.sell(order_id, who.customer_no, units_e2, speed) == ""
        self.live.work_off()
        return order_id

    def order(self, who: Resident, order_id: UUID) -> FundOrder:
        """Return an order as it stands."""
        with self.live.database.work(while_advancing=True) as work:
            found = order_of(work, (who.shard, order_id))
        assert found is not None
        return found

    def state(self, who: Resident, order_id: UUID) -> str:
        """Return where an order stands."""
        return self.order(who, order_id).state.value

    def payouts(self, who: Resident, order_id: UUID) -> list[Payout]:
        """Return the cash that an order sent out."""
        with self.live.database.work(while_advancing=True) as work:
            return payouts_of(work, [(who.shard, order_id)])

    def holding(self, who: Resident) -> HoldingNow:
        """Return what somebody holds."""
        with self.live.database.work(while_advancing=True) as work:
            return holding_of(work, shard=who.shard, customer_no=who.customer_no, fund=FUND)

    def cash(self, who: Resident) -> Counters:
        """Return somebody's cash account."""
        account = customer_cash_account(shard=who.shard, customer_no=who.customer_no)
        with self.live.database.work(while_advancing=True) as work:
            return balances(work, [account])[account]

    def fault(self, name: str, *, hours: int, **params: int) -> UUID:
        """Let a party go wrong from now on for some hours."""
        until = instant(self.live.now()) + timedelta(hours=hours)
        request = FaultRequest(self.new_id(), name, until=until, params=params)
        with self.live.database.work() as work:
            (armed,) = arm_faults(work, [request])
        assert isinstance(armed, Fault), armed
        return armed.fault_id

    def day(self, on: date) -> DayStatus:
        """Return where the close of a day stands."""
        with self.live.database.work(while_advancing=True) as work:
            return status_of(work, fund=FUND, on=on)

    def rows(self, on: date) -> list[BreakRow]:
        """Return the rows of a day that do not tie."""
        return self.day(on).breaks

    def flags(self, on: date) -> tuple[str, ...]:
        """Return what was odd about a closed day."""
        closed = self.day(on).closed
        return closed.flags if closed else ()

    def prove(self, last: date) -> None:
        """Assert that every day up to a last one is closed and ties, and that the ledger is sound.

        A close compares the manager's register, the book, the holdings and the ledger to the fen;
        what is left to show here is that none of the days was let off.
        """
        with self.live.database.work(while_advancing=True) as work:
            days = sorted(day.sealed.on for day in closed_days(work, limit=1_000))
            assert check_invariants(work) == []
        assert days[-1] >= last
        assert days == [MONDAY + timedelta(days=n) for n in range(len(days))]
        assert all(self.day(on).state is State.DONE for on in days)


def travel(live: Live) -> Traveller:
    """Return a company's traveller."""
    return Traveller(live, SeededIds("journeys"))
