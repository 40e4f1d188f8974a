"""The real company as the state machine drives it, and both companies seen in the same terms."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.operations import pump_payments, run_due
from huoqi.close.platform import Platform
from huoqi.close.queries import closed_days
from huoqi.fund.operations import cancel_orders, place_purchases, redeem
from huoqi.fund.orders import CancelRequest, FundOrder, PurchaseRequest, RedemptionRequest, Speed
from huoqi.fund.queries import fast_quota_of, holding_of, holdings_at
from huoqi.fund.shelf import set_advance_line
from huoqi.kit.clock import TableClock
from huoqi.kit.dates import SHANGHAI
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import SeededIds
from huoqi.ledger.queries import balances
from huoqi.ledger.rules.chart import AccountKind, customer_cash_account, system_account
from huoqi.payments.queries import cards_of_customer, limit_left
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from huoqi.sandbox.faults import Fault as ArmedFault
from huoqi.sandbox.faults import FaultRequest, arm_faults, cancel_faults
from huoqi.sandbox.people import Issuer, card_number, person
from huoqi.sandbox.residents import Newcomer, Resident, move_in
from huoqi.sandbox.time_machine import Journey, NothingUnderWay, TimeMachine
from tests.simulation.model import Company
from tests.simulation.model_bank import MoneyKey, Seen
from tests.simulation.model_rules import PROVIDERS

ROOT = Path(__file__).resolve().parents[2]
FUND, SHARDS, FUND_NO = "990001", 2, 1
BANK_NUMBERS = range(1, 13)
ISSUERS = {
    "ICBC": Issuer("ICBC", "622202", 19),
    "PSBC": Issuer("PSBC", "620062", 19),
    "CMB": Issuer("CMB", "621286", 16),
}
LINE_FEN = 8_000_000
CAPS_FROM = date(2015, 5, 20)
CAPS = {"order_max_fen": 4_000_000, "day_max_fen": 4_500_000, "holding_cap_e2": 9_000_000}
Picture = Mapping[str, object]

ORDERS = """
    SELECT order_id, customer_no, state, coalesce(amount_fen, units_e2), t_day, confirm_on,
        earns_on, done_fen, refunded_fen, coalesce(rest_e2, 0) FROM fund_order
"""
#: What a platform that was killed came to know, beside what the banks know.
SEEN = """
    SELECT m.intent_id, m.attempt, m.decided_at, m.next_at, i.bank_ref IS NOT NULL
    FROM money_order m LEFT JOIN simulated.bank_instruction i USING (bank_ref)
    WHERE m.sent_at IS NOT NULL
"""


class Killed(BaseException):
    """The process ends here."""


class MortalDatabase(Database):
    """A database whose process dies after so many units of work, before or after a commit."""

    lives = 10**9
    dies_after_commit = False

    @contextmanager
    def work(self, *, actor: str = "system", while_advancing: bool = False) -> Iterator[Work]:
        """Yield a unit of work, or die."""
        if self.lives <= 0:
            raise Killed  # a dead process writes nothing more
        self.lives -= 1
        with super().work(actor=actor, while_advancing=while_advancing) as work:
            yield work
            if self.lives == 0 and not self.dies_after_commit:
                raise Killed
        if self.lives == 0:
            raise Killed


def local(at: datetime) -> datetime:
    """Return an instant as the model writes it."""
    return at.astimezone(SHANGHAI).replace(tzinfo=None)


def instant(naive: datetime) -> datetime:
    """Return a model's instant as the platform writes it."""
    return naive.replace(tzinfo=SHANGHAI)


@dataclass
class Live:
    """A whole platform on a database of its own."""

    platform: Platform
    mortal: MortalDatabase
    residents: dict[int, Resident] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """Return the company's database."""
        return self.platform.database

    def now(self) -> datetime:
        """Return the business instant."""
        with self.database.work(while_advancing=True) as work:
            return local(work.at)

    def new_customer(self, bank: str, last_four: str) -> Resident:
        """Let somebody move in with a card."""
        number = 100 + len(self.residents)
        card = card_number(ISSUERS[bank], serial=number, last_four=last_four)
        someone = replace(person(number), card=card, bank=bank)
        (resident,) = move_in(self.platform, [Newcomer(someone)])
        self.residents[resident.customer_no] = resident
        return resident

    def buy(self, order_id: UUID, customer_no: int, fen: int) -> str:
        """Place a purchase; the code of the refusal, else nothing."""
        who = self.residents[customer_no]
        request = PurchaseRequest(
            order_id, customer_no, who.shard, FUND, fen, who.card_id, has_agreed=True
        )
        return _code(self.database.run(lambda work: place_purchases(work, [request]))[0])

    def sell(self, order_id: UUID, customer_no: int, units: int | None, speed: str) -> str:
        """Redeem; the code of the refusal, else nothing."""
        who = self.residents[customer_no]
        request = RedemptionRequest(
            order_id, customer_no, who.shard, FUND, units, Speed(speed), who.card_id
        )
        return _code(self.database.run(lambda work: redeem(work, [request]))[0])

    def cancel(self, order_id: UUID, customer_no: int) -> str:
        """Take an order back; the code of the refusal, else nothing."""
        wanted = [CancelRequest(self.residents[customer_no].shard, customer_no, order_id)]
        return _code(self.database.run(lambda work: cancel_orders(work, wanted))[0])

    def work_off(self) -> None:
        """Do what is due, as the background jobs do."""
        run_due(self.platform)

    def pump(self) -> None:
        """Speak with the banks only."""
        pump_payments(self.platform)

    def advance(self, to: datetime) -> Journey:
        """Let time pass."""
        return TimeMachine(self.platform).advance_to(instant(to))

    def advance_dying(self, to: datetime, *, lives: list[int], late: bool) -> int:
        """Let time pass while the process dies again and again; how often it died."""
        dying = TimeMachine(replace(self.platform, database=self.mortal))
        deaths, left = 0, list(lives)
        while True:
            self.mortal.lives = left.pop() if left else 10**9
            self.mortal.dies_after_commit = late != (deaths % 2 == 0)
            try:
                if dying_target(self) is None and self.now() < to:
                    dying.advance_to(instant(to))
                else:
                    dying.resume()
            except Killed:
                deaths += 1
            except NothingUnderWay:
                return deaths

    def seen(self) -> dict[MoneyKey, Seen]:
        """Return what is known of every attempt that was sent."""
        with self.database.work(while_advancing=True) as work:
            return {
                (row[0], row[1]): Seen(
                    None if row[2] is None else local(row[2]),
                    None if row[3] is None else local(row[3]),
                    reached=row[4],
                    at=local(work.at),
                )
                for row in work.rows(SEEN)
            }

    def arm(self, fault_id: UUID, name: str, until: datetime, param: int) -> None:
        """Tell a bank or the manager to go wrong until an instant."""
        params = {"delay_s": param} if param else {}
        request = FaultRequest(fault_id, name, until=instant(until), params=params)
        (armed,) = self.database.run(lambda work: arm_faults(work, [request]))
        assert isinstance(armed, ArmedFault), armed

    def disarm(self, fault_id: UUID) -> None:
        """Let a fault strike no more."""
        self.database.run(lambda work: cancel_faults(work, [fault_id]))

    def script(self, on: date, rate_e5: int, total_fen: int | None) -> None:
        """Fix what the fund will earn on a day."""
        self.database.run(
            lambda work: work.run(
                "INSERT INTO simulated.income_script (fund, income_on, income_per_10k_e5,"
                " decimals, total_income_fen) VALUES (%s, %s, %s, 5, %s)"
                " ON CONFLICT (fund, income_on) DO UPDATE SET income_per_10k_e5 ="
                " excluded.income_per_10k_e5, total_income_fen = excluded.total_income_fen",
                (FUND, on, rate_e5, total_fen),
            )
        )

    def gate(self, share_pct: int | None, *, rest_waits: bool) -> None:
        """Fix what the manager does on a day on which too much is redeemed."""
        self.database.run(
            lambda work: work.run(
                "INSERT INTO simulated.manager_setting VALUES (%s, 1, %s, %s)",
                (FUND, share_pct, rest_waits),
            )
        )

    def picture(self) -> Picture:
        """Return everything that the model predicts, as the platform says it is."""
        with self.database.work(while_advancing=True) as work:
            days = closed_days(work, limit=1_000)[::-1]
            return {
                "orders": {row[0]: _order_row(row) for row in work.rows(ORDERS)},
                "people": {no: self._person(work, who) for no, who in self.residents.items()},
                "system": _system(work),
                "days": [
                    (d.sealed.on, d.sealed.total_income_fen, d.sealed.total_units_e2) for d in days
                ],
                "holders": _holders(work, days[-1].sealed.on if days else None),
            }

    def _person(self, work: Work, who: Resident) -> object:
        number, shard = who.customer_no, who.shard
        held = holding_of(work, shard=shard, customer_no=number, fund=FUND)
        account = customer_cash_account(shard=shard, customer_no=number)
        cash = balances(work, [account])[account]
        (card,) = cards_of_customer(work, shard=shard, customer_no=number)
        left = [limit_left(work, card, direction=way) for way in Direction]
        quota = fast_quota_of(work, shard=shard, customer_no=number, fund=FUND)
        return {
            "units": held.units_e2,
            "available": held.available_e2,
            "advanceable": held.advanceable_e2,
            "ordered": held.ordered_e2,
            "unconfirmed": held.unconfirmed_fen,
            "cash": (cash.credit_balance, cash.credits_pending, cash.debits_pending),
            "limits": [each.left_fen if each else None for each in left],
            "fast": (quota.left.count, quota.left.amount_fen, quota.line_left_fen)
            if quota
            else None,
        }


def dying_target(live: Live) -> datetime | None:
    """Return where a journey that was cut off was going."""
    return TimeMachine(live.platform).state().target


def expected(company: Company) -> Picture:
    """Return everything that the model predicts, in the same terms."""
    providers = set(PROVIDERS.values())
    return {
        "orders": {
            o.order_id: (o.state, o.size, o.done_fen, o.rest_e2)
            + (
                ()
                if o.customer_no in providers
                else (o.t_day, o.confirm_on, o.earns_on, o.refunded_fen)
            )
            for o in company.orders.values()
        },
        "people": {number: _expected_person(company, number) for number in company.bank.cards},
        "system": {
            "settlement": company.settlement_fen,
            "lent": company.lent_fen,
            "clearing": company.bank.clearing_fen(),
            "units": sum(d for changes in company.changes.values() for _, d in changes)
            + sum(fen for incomes in company.incomes.values() for fen in incomes.values()),
        },
        "days": [(day.on, day.income_fen, day.units_e2) for day in company.days],
        "holders": company.holders_on(company.published) if company.published else {},
    }


def _expected_person(company: Company, number: int) -> object:
    used = company.fast_used.get((number, company.now.date()), [0, 0])
    bank = company.bank
    fast = (3 - used[0], 6_000_000 - used[1], company.line_fen - company.lent_fen)
    return {
        "units": company.units(number),
        "available": company.available(number),
        "advanceable": company.advanceable(number),
        "ordered": company.ordered(number),
        "unconfirmed": company.paid_unconfirmed(number),
        "cash": (
            company.cash_fen(number),
            bank.pending_fen(number, "collect"),
            bank.pending_fen(number, "payout"),
        ),
        "limits": [bank.left_fen(number, way, company.now) for way in ("collect", "payout")],
        "fast": None if company.is_suspended else fast,
    }


def _code(answer: FundOrder | DomainError) -> str:
    return "" if isinstance(answer, FundOrder) else answer.code


def _order_row(row: tuple[object, ...]) -> object:
    _, number, state, size, t_day, confirm_on, earns_on, done, refunded, rest = row
    dates = () if number in PROVIDERS.values() else (t_day, confirm_on, earns_on, refunded)
    return (state, size, done, rest, *dates)


def _system(work: Work) -> object:
    def sum_of(kind: AccountKind, *instances: int) -> int:
        accounts = [
            system_account(shard=shard, kind=kind, instance=instance)
            for shard in range(SHARDS)
            for instance in instances
        ]
        return sum(counters.credit_balance for counters in balances(work, accounts).values())

    return {
        "settlement": sum_of(AccountKind.FUND_SETTLEMENT, FUND_NO),
        "lent": -sum_of(AccountKind.ADVANCE_RECEIVABLE, FUND_NO),
        "clearing": -sum_of(AccountKind.BANK_CLEARING, *BANK_NUMBERS),
        "units": sum_of(AccountKind.HOLDERS_UNITS, FUND_NO),
    }


def _holders(work: Work, on: date | None) -> dict[int, int]:
    if on is None:
        return {}
    columns = holdings_at(work, fund=FUND, on=on)
    pairs = zip(columns.accounts.tolist(), columns.units_e2.tolist(), strict=True)
    return {number: units for number, units in pairs if units}


def _rule() -> PolicyRow:
    return PolicyRow("fund.purchase_limits", CAPS_FROM, CAPS, "a test", fund=FUND)


@contextmanager
def live_on(dsn: str, folder: Path) -> Iterator[Live]:
    """Yield a founded company at nine on Monday 2015-05-11."""
    settings = read_settings({"HUOQI_DATA": str(folder)}, root=ROOT)
    platform = open_platform(settings, dsn=dsn, ids=SeededIds("simulation"))
    mortal = MortalDatabase(dsn, clock=TableClock(), ids=SeededIds("mortal"), size=2)
    try:
        platform.database.run(lambda work: set_advance_line(work, fund=FUND, limit_fen=LINE_FEN))
        platform.database.run(lambda work: add_rules(work, [_rule()]))
        yield Live(platform, mortal)
    finally:
        mortal.close()
        platform.database.close()
