"""The company of the payments benchmark: customers with cash and cards at twelve banks, in bulk.

Orders are drawn here too, the same ones for every policy. What a seed gives does not depend on the
policy, on how many processes work, or on the machine.
"""

import random
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from huoqi.kit.clock import ManualClock
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database, Work
from huoqi.kit.ids import SeededIds
from huoqi.kit.migrations import migrate
from huoqi.ledger.operations import NewAccount, open_accounts, post_transfers, set_up_shards
from huoqi.ledger.rules.chart import (
    CNY,
    AccountKind,
    customer_cash_account,
    flags_of,
    system_account,
)
from huoqi.ledger.rules.transfers import ResultCode, post
from huoqi.payments.banks.simulated import FaultMix
from huoqi.payments.operations import open_clearing_accounts
from huoqi.payments.orders import OrderRequest
from huoqi.payments.rules.bank_profiles import Direction

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
SHARDS = 2
FIRST_DAY = date(2015, 5, 11)
OPENING_FEN = 10**11
ORDERS_A_DAY = 250_000
WAVE = 2_000
_OPENED_AT_ONCE = 5_000
# The default mix of payments.md, section 9 (an assumption, not observed data), in millionths.
MIX = FaultMix(
    rejected=30_000,
    request_lost=20_000,
    reply_lost=35_000,
    executed_late=15_000,
    query_timeout=100_000,
    double_execution=200,
    returned_next_day=5_000,
    callback=950_000,
    callback_duplicate=50_000,
    callback_reordered=50_000,
    callback_contradictory=1_000,
    callback_wrong_amount=500,
)
_CARDS = """
    WITH made AS (
        SELECT n, (n %% %(shards)s)::smallint AS shard, b.code AS bank,
            md5(%(seed)s || ' card ' || n)::uuid AS card_id
        FROM generate_series(1, %(count)s) n
        JOIN bank b ON b.number = 1 + n %% (SELECT count(*) FROM bank)
    ), kept AS (
        INSERT INTO card (shard, card_id, customer_no, bank, last_four, state, requested_at,
            requested_on, bound_at, number_key, sealed_number, sealed_mobile)
        SELECT shard, card_id, n, bank, '8888', 'BOUND', %(at)s, %(on)s, %(at)s,
            decode(md5(n::text), 'hex'), '', '' FROM made
    )
    INSERT INTO simulated.bank_card (request_id, bank, last_four, answer)
    SELECT card_id, bank, '8888', 'matched' FROM made
"""
# Limits are checked and do not bind: the benchmark is about faults.
_LIMITS = """
    UPDATE bank_profile SET card_day_limit_fen = 10 ^ 12, card_day_count = 10 ^ 6,
        channel_day_limit_fen = 10 ^ 15, single_limit_fen = 10 ^ 9
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is made of; ``incomplete_ppm`` of a day's statements never become complete."""

    orders: int
    seed: int
    incomplete_ppm: int = 0
    wave: int = WAVE

    @property
    def customers(self) -> int:
        """Return how many people order."""
        return max(40, min(50_000, self.orders // 50))

    @property
    def waves(self) -> int:
        """Return in how many batches the orders come."""
        return -(-self.orders // self.wave)

    @property
    def waves_a_day(self) -> int:
        """Return how many batches come on one day, so that days are alike."""
        days = -(-self.orders // ORDERS_A_DAY)
        return -(-self.waves // days)

    def wave_at(self, number: int) -> datetime:
        """Return when a batch comes: from nine in the morning to seven in the evening."""
        day, turn = divmod(number, self.waves_a_day)
        opens_at = shanghai_at(FIRST_DAY + timedelta(days=day), hour=9)
        return opens_at + turn * timedelta(hours=10) / self.waves_a_day

    @property
    def last_day(self) -> date:
        """Return the last day on which orders come."""
        return FIRST_DAY + timedelta(days=(self.waves - 1) // self.waves_a_day)


def found(dsn: str, plan: Plan) -> None:
    """Make the company on an empty database: banks, customers with cash, bound cards."""
    migrate(dsn, folder=MIGRATIONS)
    opens_at = shanghai_at(FIRST_DAY, hour=8)
    database = open_database(dsn, at=opens_at, ids=f"founding {plan.seed}")
    try:
        database.run(_found_books)
        numbers = range(1, plan.customers + 1)
        for start in range(0, len(numbers), _OPENED_AT_ONCE):
            part = numbers[start : start + _OPENED_AT_ONCE]
            database.run(lambda work: _open_customers(work, part))  # noqa: B023 - at once
        values = {"shards": SHARDS, "seed": str(plan.seed), "count": plan.customers}
        values |= {"at": opens_at, "on": FIRST_DAY}
        database.run(lambda work: work.run(_CARDS, values))
        with psycopg.connect(dsn, autocommit=True) as conn:
            conn.execute(_LIMITS)
            conn.execute("VACUUM ANALYZE card, simulated.bank_card, ledger_account")
    finally:
        database.close()


def _found_books(work: Work) -> None:
    shards = set_up_shards(work, count=SHARDS)
    open_clearing_accounts(work, shards=shards)
    kind = AccountKind.SUSPENSE
    accounts = [system_account(shard=shard, kind=kind) for shard in shards]
    open_accounts(work, [NewAccount(each, kind, CNY, flags_of(kind)) for each in accounts])


def _open_customers(work: Work, numbers: range) -> None:
    kind = AccountKind.CUSTOMER_CASH
    cash = {n: customer_cash_account(shard=n % SHARDS, customer_no=n) for n in numbers}
    open_accounts(work, [NewAccount(each, kind, CNY, flags_of(kind)) for each in cash.values()])
    paid = [
        post(
            work.new_id(),
            debit=system_account(shard=n % SHARDS, kind=AccountKind.SUSPENSE),
            credit=account,
            amount=OPENING_FEN,
            code=1,
            effective_on=FIRST_DAY,
        )
        for n, account in cash.items()
    ]
    assert all(result.code == ResultCode.OK for result in post_transfers(work, paid))


def open_database(dsn: str, *, at: datetime, ids: str) -> Database:
    """Return a database whose clock stands where it is set, with ids from a seed."""
    return Database(dsn, clock=ManualClock(at), ids=SeededIds(ids), size=2)


def copy_database(dsn: str, name: str) -> str:
    """Return a copy of a database that nobody is connected to."""
    source = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(str(source))
            )
        )
    return make_conninfo(dsn, dbname=name)


def drop_database(dsn: str) -> None:
    """Take a copy away again."""
    name = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(str(name))))


def wishes(plan: Plan, cards: dict[int, UUID]) -> Iterator[list[OrderRequest]]:
    """Yield the orders of each batch: two collections to a payout, whole yuan, anybody's."""
    dice = random.Random(f"orders {plan.seed}")
    ids = SeededIds(f"orders {plan.seed}")
    for wave in range(plan.waves):
        at = plan.wave_at(wave)
        count = min(plan.wave, plan.orders - wave * plan.wave)
        requests = []
        for _ in range(count):
            customer_no = dice.randrange(plan.customers) + 1
            way = Direction.PAYOUT if dice.randrange(3) == 2 else Direction.COLLECT
            requests.append(
                OrderRequest(
                    shard=customer_no % SHARDS,
                    order_id=ids.new(at),
                    customer_no=customer_no,
                    intent_id=ids.new(at),
                    direction=way,
                    purpose="bench",
                    amount_fen=dice.randrange(10, 1_000) * 100,
                    card_id=cards[customer_no],
                    is_new=True,
                )
            )
        yield requests


def cards_of(dsn: str) -> dict[int, UUID]:
    """Return everybody's card."""
    with psycopg.connect(dsn) as conn:
        return dict(conn.execute("SELECT customer_no, card_id FROM card").fetchall())


def banks_of(dsn: str) -> dict[int, str]:
    """Return everybody's bank."""
    with psycopg.connect(dsn) as conn:
        return dict(conn.execute("SELECT customer_no, bank FROM card").fetchall())


def peak_mb() -> int:
    """Return the most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
