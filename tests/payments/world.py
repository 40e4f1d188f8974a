"""A small world for the tests of payments: customers with cash accounts, cards, banks, a clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import SeededIds
from huoqi.kit.shards import shard_of
from huoqi.ledger.operations import NewAccount, open_accounts, post_transfers, set_up_shards
from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_account,
    customer_cash_account,
    flags_of,
    system_account,
)
from huoqi.ledger.rules.counters import Counters
from huoqi.ledger.rules.transfers import ResultCode, post
from huoqi.payments.banks.simulated import FaultMix, SimulatedBanks
from huoqi.payments.cards import BindRequest, Card, CardState
from huoqi.payments.operations import create_orders, open_clearing_accounts
from huoqi.payments.orders import MoneyOrder, OrderOutcome, OrderRequest
from huoqi.payments.pump import Pump
from huoqi.payments.queries import orders_of_keys
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.cards import luhn_digit
from huoqi.vault.operations import Vault

MONDAY_NINE = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
SHARDS = 2


def card_number(
    last_four: str, *, prefix: str = "622202", serial: int = 0, serial_digits: int = 8
) -> str:
    """Return a sound number that ends so; the digit before the last four is chosen."""
    for digit in "0123456789":
        number = f"{prefix}{serial:0{serial_digits}d}{digit}{last_four}"
        if luhn_digit(number[:-1]) == int(number[-1]):
            return number
    raise AssertionError("one of ten digits always fits")


@dataclass
class World:
    """Everything that a test of payments needs, on one database."""

    database: Database
    clock: ManualClock
    banks: SimulatedBanks
    pump: Pump
    vault: Vault
    news: list[OrderOutcome] = field(default_factory=list)
    serial: int = 0

    def run_at(self, at: datetime) -> int:
        """Set the clock and run the pump until nothing is due; return how much it did."""
        self.clock.at = at
        done = 0
        while handled := self.pump.run_once():
            done += handled
        return done

    def run_after(self, **passed: int) -> int:
        """Let time pass and run the pump."""
        return self.run_at(self.clock.at + timedelta(**passed))

    def open_customer(self, customer_no: int, *, cash_fen: int = 0) -> None:
        """Open a customer's cash account with some money in it."""

        def body(work: Work) -> None:
            shard = shard_of(customer_no, shards=SHARDS)
            cash = customer_cash_account(shard=shard, customer_no=customer_no)
            kind = AccountKind.CUSTOMER_CASH
            open_accounts(work, [NewAccount(cash, kind, CNY, flags_of(kind))])
            self.vault.open_keys(work, [customer_no])
            if cash_fen:
                opening = system_account(shard=shard, kind=AccountKind.SUSPENSE)
                on = work.at.date()
                paid = post(
                    work.new_id(),
                    debit=opening,
                    credit=cash,
                    amount=cash_fen,
                    code=1,
                    effective_on=on,
                )
                assert post_transfers(work, [paid])[0].code == ResultCode.OK

        self.database.run(body)

    def bind_request(
        self, customer_no: int, last_four: str = "0000", *, prefix: str = "622202"
    ) -> BindRequest:
        """Return a request to bind a fresh card with these last digits."""
        self.serial += 1
        return BindRequest(
            shard=shard_of(customer_no, shards=SHARDS),
            card_id=self.new_id(),
            customer_no=customer_no,
            number=card_number(last_four, prefix=prefix, serial=self.serial),
            name="王小明",
            national_id="11010519491231002X",
            mobile="13800138000",
        )

    def bind(self, customer_no: int, last_four: str = "0000", *, prefix: str = "622202") -> Card:
        """Bind a fresh card and return it, whatever its issuer said."""
        (card,) = self.pump.bind(
            [self.bind_request(customer_no, last_four, prefix=prefix)], vault=self.vault
        )
        assert isinstance(card, Card)
        return card

    def saver(self, customer_no: int = 7, *, cash_fen: int = 0, last_four: str = "0000") -> Card:
        """Return the bound card of a new customer."""
        self.open_customer(customer_no, cash_fen=cash_fen)
        card = self.bind(customer_no, last_four)
        assert card.state is CardState.BOUND
        return card

    def new_id(self) -> UUID:
        """Return a fresh id at the clock's instant."""
        return self.database.ids.new(self.clock.at)

    def request(
        self,
        card: Card,
        amount_fen: int,
        *,
        direction: Direction = Direction.COLLECT,
        purpose: str = "fund_purchase",
    ) -> OrderRequest:
        """Return a request for a fresh order on a card."""
        return OrderRequest(
            shard=card.shard,
            order_id=self.new_id(),
            customer_no=card.customer_no,
            intent_id=self.new_id(),
            direction=direction,
            purpose=purpose,
            amount_fen=amount_fen,
            card_id=card.card_id,
        )

    def place(self, *requests: OrderRequest) -> list[MoneyOrder | DomainError]:
        """Place orders in one batch."""
        return self.database.run(lambda work: create_orders(work, requests))

    def place_one(
        self, card: Card, amount_fen: int, *, direction: Direction = Direction.COLLECT
    ) -> MoneyOrder:
        """Place one order that must be accepted."""
        (order,) = self.place(self.request(card, amount_fen, direction=direction))
        assert isinstance(order, MoneyOrder), order
        return order

    def now(self, order: MoneyOrder) -> MoneyOrder:
        """Return an order as it stands now."""
        return self.database.run(lambda work: orders_of_keys(work, [order.key]))[order.key]

    def cash(self, card: Card | MoneyOrder) -> Counters:
        """Return the counters of a card holder's cash account."""
        account = customer_cash_account(shard=card.shard, customer_no=card.customer_no)
        return self.database.run(lambda work: balances(work, [account]))[account]

    def receivable(self, card: Card | MoneyOrder) -> Counters | None:
        """Return the counters of what a card holder owes, None if nothing ever was."""
        account = customer_account(
            shard=card.shard, customer_no=card.customer_no, kind=AccountKind.RECEIVABLE
        )
        return self.database.run(lambda work: balances(work, [account])).get(account)


EMPTIED = """
    TRUNCATE money_order, payment_evidence, card, card_day_use, channel_day_use, bank_health,
        channel_health,
        bank_statement, bank_statement_entry, bank_statement_cursor, bank_day,
        simulated.bank_statement, simulated.bank_card, simulated.bank_instruction,
        simulated.bank_callback, simulated.fault,
        ledger_account, ledger_transfer, ledger_pending, ledger_reversal, ledger_hot_delta,
        ledger_batch, ledger_shard, vault_customer_key
"""


def build_world(dsn: str, *, mix: FaultMix | None = None, seed: str = "payments") -> World:
    """Return a world at nine on Monday 2015-05-11 with two shards and nobody in it."""
    clock = ManualClock(MONDAY_NINE)
    database = Database(dsn, clock=clock, ids=SeededIds(seed), size=4)
    database.run(lambda work: work.run(EMPTIED))
    database.run(_set_up)
    banks = SimulatedBanks(database, mix=mix)
    news: list[OrderOutcome] = []

    def settle(work: Work, outcomes: Sequence[OrderOutcome]) -> None:
        news.extend(outcomes)

    pump = Pump(database=database, bank=banks, settle=settle)
    vault = Vault(bytes(range(32)), shards=SHARDS)
    return World(database=database, clock=clock, banks=banks, pump=pump, vault=vault, news=news)


def _set_up(work: Work) -> None:
    shards = set_up_shards(work, count=SHARDS)
    open_clearing_accounts(work, shards=shards)
    kind = AccountKind.SUSPENSE
    open_accounts(
        work,
        [
            NewAccount(system_account(shard=shard, kind=kind), kind, CNY, flags_of(kind))
            for shard in shards
        ],
    )
