"""A small company for the tests of close and time machine: savers, banks, a manager, a clock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from huoqi.close.founding import found_company
from huoqi.close.operations import pump_payments
from huoqi.close.platform import Platform
from huoqi.close.queries import ClosedDay, DayStatus, closed_days, status_of
from huoqi.customers.authorities.simulated import SimulatedAuthority
from huoqi.customers.messages.simulated import SimulatedMessages
from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.managers.simulated import SimulatedManager
from huoqi.fund.operations import place_purchases, redeem, settle_payments
from huoqi.fund.orders import FundOrder, PurchaseRequest, RedemptionRequest, Speed
from huoqi.fund.rules.trading_days import TradingCalendar
from huoqi.fund.shelf import trading_calendar
from huoqi.kit.clock import TableClock
from huoqi.kit.db import Database, Work
from huoqi.kit.ids import SeededIds
from huoqi.kit.shards import shard_of
from huoqi.ledger.operations import NewAccount, open_accounts
from huoqi.ledger.rules.chart import CNY, AccountKind, customer_cash_account, flags_of
from huoqi.payments.banks.simulated import SimulatedBanks
from huoqi.payments.cards import BindRequest, Card
from huoqi.payments.pump import Pump
from huoqi.payments.rules.cards import luhn_digit
from huoqi.vault.operations import Vault

FUND = "990001"
SHARDS = 2
MONDAY = date(2015, 5, 11)


@dataclass
class Company:
    """A platform with a few savers, driven by hand or by the time machine."""

    platform: Platform
    manager: SimulatedManager
    cards: dict[int, Card]

    @property
    def database(self) -> Database:
        """Return the company's database."""
        return self.platform.database

    def open_savers(self, customer_nos: Sequence[int]) -> None:
        """Open savers, each with a bound card."""

        def body(work: Work) -> None:
            kind = AccountKind.CUSTOMER_CASH
            accounts = [
                customer_cash_account(shard=shard_of(no, shards=SHARDS), customer_no=no)
                for no in customer_nos
            ]
            open_accounts(work, [NewAccount(a, kind, CNY, flags_of(kind)) for a in accounts])
            self.platform.vault.open_keys(work, list(customer_nos))

        self.database.run(body)
        requests = [self._bind_request(no) for no in customer_nos]
        pump = Pump(self.database, self.platform.banks, settle_payments)
        for card in pump.bind(requests, vault=self.platform.vault):
            assert isinstance(card, Card), card
            self.cards[card.customer_no] = card

    def _bind_request(self, customer_no: int) -> BindRequest:
        return BindRequest(
            shard=shard_of(customer_no, shards=SHARDS),
            card_id=self.new_id(),
            customer_no=customer_no,
            number=_card_number(customer_no),
            name="王小明",
            national_id="11010519491231002X",
            mobile="13800138000",
        )

    def new_id(self) -> UUID:
        """Return a fresh id."""
        with self.database.work(while_advancing=True) as work:
            return work.new_id()

    def buy(self, amounts_fen: dict[int, int]) -> list[FundOrder]:
        """Place purchases in one batch and let the banks pay."""
        requests = [
            PurchaseRequest(
                self.new_id(),
                no,
                self.cards[no].shard,
                FUND,
                fen,
                self.cards[no].card_id,
                has_agreed=True,
            )
            for no, fen in amounts_fen.items()
        ]
        placed = self.database.run(lambda work: place_purchases(work, requests))
        pump_payments(self.platform)
        return [_accepted(order) for order in placed]

    def sell(self, customer_no: int, units_e2: int | None, *, speed: Speed) -> FundOrder:
        """Redeem units, fast or normal."""
        card = self.cards[customer_no]
        request = RedemptionRequest(
            self.new_id(), customer_no, card.shard, FUND, units_e2, speed, card.card_id
        )
        (order,) = self.database.run(lambda work: redeem(work, [request]))
        pump_payments(self.platform)
        return _accepted(order)

    def now(self) -> datetime:
        """Return the business instant."""
        with self.database.work(while_advancing=True) as work:
            return work.at

    def days(self) -> list[ClosedDay]:
        """Return the closed days, oldest first."""
        with self.database.work(while_advancing=True) as work:
            return closed_days(work, limit=10_000)[::-1]

    def roots(self) -> list[str]:
        """Return the roots of the closed days, oldest first."""
        return [day.root.hex() for day in self.days()]

    def status(self, on: date) -> DayStatus:
        """Return where the close of a day stands."""
        with self.database.work(while_advancing=True) as work:
            return status_of(work, fund=FUND, on=on)

    def fault(self, name: str, *, at: datetime, **limits: object) -> None:
        """Arm a fault of the manager from an instant on."""
        with self.database.work(while_advancing=True) as work:
            work.run(
                "INSERT INTO simulated.fault (fault_id, fault, target, active_from, active_until,"
                " remaining) VALUES (%s, %s, %s, %s, %s, %s)",
                (work.new_id(), name, FUND, at, limits.get("until"), limits.get("remaining")),
            )


def _accepted(order: object) -> FundOrder:
    assert isinstance(order, FundOrder), order
    return order


def _card_number(customer_no: int) -> str:
    for digit in "0123456789":
        number = f"622202{customer_no:08d}{digit}0000"
        if luhn_digit(number[:-1]) == int(number[-1]):
            return number
    raise AssertionError("one of ten digits always fits")


@contextmanager
def company_on(dsn: str, *, savers: Sequence[int] = (), seed: str = "close") -> Iterator[Company]:
    """Yield a founded company at nine on Monday 2015-05-11."""
    database = Database(dsn, clock=TableClock(), ids=SeededIds(seed), size=4)
    database.run(lambda work: found_company(work, shards=SHARDS), while_advancing=True)
    vault = Vault(bytes(range(32)), shards=SHARDS)

    def calendar() -> TradingCalendar:
        with database.work(while_advancing=True) as work:
            return trading_calendar(work)

    manager = SimulatedManager(database, calendar=calendar)
    platform = Platform(
        database=database,
        vault=vault,
        banks=SimulatedBanks(database),
        managers={FUND: manager},
        authority=SimulatedAuthority(),
        messages=SimulatedMessages(vault),
        calendar=xshg(),
        mode="sandbox",
    )
    company = Company(platform, manager, {})
    try:
        if savers:
            company.open_savers(savers)
        yield company
    finally:
        database.close()


def day(number: int) -> date:
    """Return a day counted from the first Monday."""
    return MONDAY + timedelta(days=number)
