"""A small world for the tests of the fund: savers with cards, banks, a manager, a clock by hand.

The days are driven here in the fewest steps, so that these tests need no close.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.columns import holdings_at
from huoqi.fund.days import FundDay, ShardTotal
from huoqi.fund.managers.port import Confirmation, FundDayReport, Register
from huoqi.fund.managers.simulated import SimulatedManager
from huoqi.fund.operations import (
    cancel_orders,
    mark_sent,
    orders_to_send,
    place_purchases,
    publish_day,
    record_confirmations,
    record_report,
    redeem,
    settle_payments,
    transfers_of_day,
)
from huoqi.fund.orders import (
    CancelRequest,
    FundOrder,
    Payout,
    PurchaseRequest,
    RedemptionRequest,
    Speed,
)
from huoqi.fund.products import HUOQIBAO
from huoqi.fund.queries import (
    HoldingNow,
    earning_at,
    holding_of,
    order_of,
    orders_of,
    payouts_of,
    products_of,
)
from huoqi.fund.rules.allocation import Becoming
from huoqi.fund.rules.allocation_columns import Int64, allocate_columns, exact_sum
from huoqi.fund.shelf import load_calendar, open_fund
from huoqi.kit.clock import ManualClock
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import SeededIds
from huoqi.kit.shards import shard_of
from huoqi.ledger.operations import NewAccount, open_accounts, set_up_shards
from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_cash_account,
    flags_of,
    system_account,
)
from huoqi.payments.banks.simulated import SimulatedBanks
from huoqi.payments.cards import BindRequest, Card
from huoqi.payments.operations import open_clearing_accounts
from huoqi.payments.pump import Pump
from huoqi.vault.operations import Vault
from tests.payments.world import card_number

FUND = HUOQIBAO.fund
SHARDS = 2
MONDAY = date(2015, 5, 11)
ONE_DAY = timedelta(days=1)


@dataclass
class Shelf:
    """Everything that a test of the fund needs, on one database."""

    database: Database
    clock: ManualClock
    pump: Pump
    manager: SimulatedManager
    vault: Vault
    cards: dict[int, Card] = field(default_factory=dict)
    closed_until: date = MONDAY - ONE_DAY

    def at(self, on: date, *, hour: int, minute: int = 0) -> "Shelf":
        """Set the clock to a Shanghai time, and return the shelf."""
        self.clock.at = shanghai_at(on, hour=hour, minute=minute)
        return self

    def pay(self) -> None:
        """Run the pump until nothing is due."""
        while self.pump.run_once():
            pass

    def open_saver(self, customer_no: int, *, last_four: str = "0000") -> Card:
        """Open a saver with a bound card."""

        def body(work: Work) -> None:
            kind = AccountKind.CUSTOMER_CASH
            shard = shard_of(customer_no, shards=SHARDS)
            cash = customer_cash_account(shard=shard, customer_no=customer_no)
            open_accounts(work, [NewAccount(cash, kind, CNY, flags_of(kind))])
            self.vault.open_keys(work, [customer_no])

        self.database.run(body)
        request = BindRequest(
            shard=shard_of(customer_no, shards=SHARDS),
            card_id=self.new_id(),
            customer_no=customer_no,
            number=card_number(last_four, serial=customer_no),
            name="王小明",
            national_id="11010519491231002X",
            mobile="13800138000",
        )
        (card,) = self.pump.bind([request], vault=self.vault)
        assert isinstance(card, Card)
        self.cards[customer_no] = card
        return card

    def new_id(self) -> UUID:
        """Return a fresh id."""
        return self.database.ids.new(self.clock.at)

    def wish(self, customer_no: int, amount_fen: int) -> PurchaseRequest:
        """Return a request to buy."""
        card = self.cards[customer_no]
        return PurchaseRequest(
            self.new_id(),
            customer_no,
            card.shard,
            FUND,
            amount_fen,
            card.card_id,
            has_agreed=True,
        )

    def place(self, *requests: PurchaseRequest) -> list[FundOrder | DomainError]:
        """Place purchases in one batch, unpaid."""
        return self.database.run(lambda work: place_purchases(work, requests))

    def buy(self, customer_no: int, amount_fen: int) -> FundOrder:
        """Place a purchase, let the bank pay it, and return it as it stands."""
        (order,) = self.place(self.wish(customer_no, amount_fen))
        assert isinstance(order, FundOrder), order
        self.pay()
        return self.now(order)

    def ask(
        self, customer_no: int, units_e2: int | None, *, speed: Speed = Speed.NORMAL
    ) -> RedemptionRequest:
        """Return a request to redeem; None takes all."""
        shard = shard_of(customer_no, shards=SHARDS)
        return RedemptionRequest(self.new_id(), customer_no, shard, FUND, units_e2, speed)

    def redeem(self, *requests: RedemptionRequest) -> list[FundOrder | DomainError]:
        """Redeem in one batch; payouts are placed, the pump has not run."""
        return self.database.run(lambda work: redeem(work, requests))

    def sell(
        self, customer_no: int, units_e2: int | None, *, speed: Speed = Speed.NORMAL
    ) -> FundOrder:
        """Redeem and let the bank pay what is due, and return the order as it stands."""
        (order,) = self.redeem(self.ask(customer_no, units_e2, speed=speed))
        assert isinstance(order, FundOrder), order
        self.pay()
        return self.now(order)

    def cancel(self, order: FundOrder) -> FundOrder | DomainError:
        """Take an order back."""
        wanted = [CancelRequest(order.shard, order.customer_no, order.order_id)]
        return self.database.run(lambda work: cancel_orders(work, wanted))[0]

    def now(self, order: FundOrder) -> FundOrder:
        """Return an order as it stands."""
        found = self.database.run(lambda work: order_of(work, order.key))
        assert found is not None
        return found

    def orders(self, customer_no: int) -> list[FundOrder]:
        """Return a customer's orders, oldest first."""
        shard = shard_of(customer_no, shards=SHARDS)
        found = self.database.run(lambda w: orders_of(w, shard=shard, customer_no=customer_no))
        return found[::-1]

    def payouts(self, order: FundOrder) -> list[Payout]:
        """Return the payouts of an order."""
        return self.database.run(lambda work: payouts_of(work, [order.key]))

    def holding(self, customer_no: int) -> HoldingNow:
        """Return a customer's holding now."""
        shard = shard_of(customer_no, shards=SHARDS)
        return self.database.run(
            lambda work: holding_of(work, shard=shard, customer_no=customer_no, fund=FUND)
        )

    def send(self, on: date) -> None:
        """Send the orders of a trading day at 15:05."""
        self.at(on, hour=15, minute=5)
        orders = self.database.run(lambda work: orders_to_send(work, fund=FUND, t_day=on))
        self.manager.submit(orders, fund=FUND, t_day=on, at=self.clock.at)
        self.database.run(lambda work: mark_sent(work, fund=FUND, sent=orders))

    def publish(self, on: date) -> FundDayReport:
        """Tell the day's fast transfers at 01:30 of the next, take the figures, publish the day."""
        self.at(on + ONE_DAY, hour=1, minute=30)
        moved = self.database.run(lambda work: transfers_of_day(work, fund=FUND, on=on))
        self.manager.submit(moved, fund=FUND, t_day=on, at=self.clock.at)
        report = self.manager.income(fund=FUND, on=on, at=self.clock.at)
        assert isinstance(report, FundDayReport), report
        self.at(on + ONE_DAY, hour=2)
        self.database.run(lambda work: self._publish(work, report))
        self.closed_until = on
        return report

    def _publish(self, work: Work, report: FundDayReport) -> None:
        record_report(work, report)
        (product,) = products_of(work, funds=[FUND])
        becomes = product.becoming_on(report.on)
        columns = earning_at(work, fund=FUND, on=report.on)
        day = allocate_columns(
            columns.units_e2,
            accounts=columns.accounts,
            income_per_10k_e5=report.income_per_10k_e5,
            fund_income_fen=report.total_income_fen,
        )
        carried_fen = columns.accrued_fen + day.incomes_fen
        if becomes is not Becoming.CARRIED:
            carried_fen = carried_fen * 0
        totals = [
            ShardTotal(
                shard,
                exact_sum(columns.units_e2[columns.shards == shard]),
                exact_sum(day.incomes_fen[columns.shards == shard]),
                carried_fen=exact_sum(carried_fen[columns.shards == shard]),
            )
            for shard in range(SHARDS)
        ]
        row = FundDay(
            FUND,
            report.on,
            report.income_per_10k_e5,
            report.decimals,
            replace(day.row, becomes=becomes),
            day.totals.total_units_e2,
            day.totals.total_income_fen,
            day.totals.residual_fen,
            "predicted",
            report.source,
        )
        publish_day(work, row, shards=totals)

    def confirm(self, t_day: date) -> list[FundOrder | DomainError]:
        """Take in the answers to a trading day's orders at 09:00 of the next."""
        self.at(xshg().next_trading_day(t_day), hour=9)
        answers = self.manager.confirmations(fund=FUND, t_day=t_day, at=self.clock.at)
        assert isinstance(answers, list), answers
        return self.answer(answers)

    def answer(self, answers: list[Confirmation]) -> list[FundOrder | DomainError]:
        """Take in answers of the manager, and let the banks pay what follows."""
        results = self.database.run(
            lambda work: record_confirmations(work, fund=FUND, confirmations=answers)
        )
        self.pay()
        return results

    def run_until(self, last: date) -> None:
        """Live every day up to a date: cut-off, figures of the night, answers in the morning."""
        while self.closed_until < last:
            on = self.closed_until + ONE_DAY
            self.live(on)

    def live(self, on: date) -> None:
        """Live the rest of a day: send at 15:05, publish at night, confirm in the morning."""
        calendar = xshg()
        is_session = calendar.is_trading_day(on)
        if is_session:
            self.send(on)
        self.publish(on)
        self.check_books(on)
        following = on + ONE_DAY
        if calendar.is_trading_day(following):
            self.confirm(calendar.previous_trading_day(following))
        self.at(following, hour=9, minute=30)
        self.pay()

    def register(self, on: date) -> Register:
        """Return the manager's register at a day's end."""
        found = self.manager.register(fund=FUND, on=on, at=self.clock.at)
        assert isinstance(found, Register), found
        return found

    def check_books(self, on: date) -> None:
        """Assert that holdings, ledger and register agree on a day's end, holder by holder."""
        with self.database.work() as work:
            columns = holdings_at(work, fund=FUND, on=on)
            control_e2 = _sum_of(work, AccountKind.HOLDERS_UNITS)
            accrued_fen = _sum_of(work, AccountKind.HOLDERS_ACCRUED)
        register = self.register(on)
        theirs = zip(register.accounts, register.units_e2, strict=True)
        assert _figures(columns.accounts, columns.units_e2) == {no: e2 for no, e2 in theirs if e2}
        assert control_e2 == register.total_units_e2
        waiting = register.accrued_fen or [0] * len(register.accounts)
        theirs = zip(register.accounts, waiting, strict=True)
        ours = _figures(columns.accounts, columns.accrued_fen)
        assert ours == {no: fen for no, fen in theirs if fen}, on
        assert accrued_fen == sum(register.accrued_fen)

    def cash_fen(self, customer_no: int) -> int:
        """Return what lies on a customer's cash account."""
        shard = shard_of(customer_no, shards=SHARDS)
        account = customer_cash_account(shard=shard, customer_no=customer_no)
        return self.database.run(lambda work: balances(work, [account]))[account].credit_balance

    def system_fen(self, kind: AccountKind) -> int:
        """Return a fund account's credit balance over all shards."""
        accounts = [system_account(shard=s, kind=kind, instance=1) for s in range(SHARDS)]
        found = self.database.run(lambda work: balances(work, accounts))
        return sum(counters.credit_balance for counters in found.values())

    def fault(self, name: str, *, at: datetime | None = None, **given: object) -> None:
        """Arm a fault of the manager; ``until`` and ``remaining`` end it."""
        with self.database.work() as work:
            work.run(
                "INSERT INTO simulated.fault (fault_id, fault, target, active_from, active_until,"
                " remaining) VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    work.new_id(),
                    name,
                    FUND,
                    at or work.at,
                    given.get("until"),
                    given.get("remaining"),
                ),
            )


def _sum_of(work: Work, kind: AccountKind) -> int:
    """Return what a kind of account of the fund has over all shards; nothing where it has none."""
    accounts = [system_account(shard=shard, kind=kind, instance=1) for shard in range(SHARDS)]
    return sum(counters.credit_balance for counters in balances(work, accounts).values())


def _figures(accounts: Int64, values: Int64) -> dict[int, int]:
    """Return by account what is not nothing."""
    pairs = zip(accounts.tolist(), values.tolist(), strict=True)
    return {account: value for account, value in pairs if value}


@contextmanager
def shelf_on(
    dsn: str,
    *,
    savers: tuple[int, ...] = (107, 108),
    advance_fen: int | None = None,
    preset: str = HUOQIBAO.preset,
    opens_on: date = MONDAY,
) -> Iterator[Shelf]:
    """Yield a shelf with Huoqibao at nine on Monday 2015-05-11, or on a later trading day."""
    clock = ManualClock(shanghai_at(opens_on, hour=9))
    product = replace(HUOQIBAO, preset=preset)
    database = Database(dsn, clock=clock, ids=SeededIds("fund"), size=4)

    def found(work: Work) -> None:
        shards = set_up_shards(work, count=SHARDS)
        open_clearing_accounts(work, shards=shards)
        load_calendar(work, xshg())
        open_fund(work, product, shards=SHARDS, advance_limit_fen=advance_fen)

    database.run(found)
    pump = Pump(database=database, bank=SimulatedBanks(database), settle=settle_payments)
    is_monthly = preset == "cn_monthly"
    manager = SimulatedManager(database, calendar=xshg, carries_monthly=lambda _fund: is_monthly)
    shelf = Shelf(database, clock, pump, manager, Vault(bytes(range(32)), shards=SHARDS))
    shelf.closed_until = opens_on - ONE_DAY
    try:
        for customer_no in savers:
            shelf.open_saver(customer_no)
        yield shelf
    finally:
        database.close()
