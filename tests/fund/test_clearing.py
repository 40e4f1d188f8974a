"""Answers by the thousand do what the same answers do one by one; killed work is done again."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from huoqi.fund.clearing import Cleared, Pace, clear_answers
from huoqi.fund.managers.port import Confirmation
from huoqi.fund.operations import mark_sent, orders_to_send
from huoqi.fund.orders import FundOrder, Side
from huoqi.fund.queries import orders_of
from huoqi.fund.single_answers import answer_columns
from huoqi.kit.dates import shanghai_at
from huoqi.kit.db import Database
from huoqi.kit.errors import DomainError
from huoqi.kit.ids import SeededIds
from huoqi.ledger.queries import check_invariants, verify_chain
from tests.databases import Cluster
from tests.fund.world import FUND, MONDAY, SHARDS, Shelf, shelf_on

ROOT = Path(__file__).resolve().parents[2]
SAVERS = tuple(range(101, 111))
LATE_SAVER = 110
TUESDAY = MONDAY + timedelta(days=1)
#: Everything that answers change; a batch's number, an event's and its id are the order's alone.
TABLES = {
    "fund_order": "*",
    "unit_event": "*",
    "holding": "*",
    "fund_payout": "*",
    "money_order": "*",
    "ledger_transfer": "shard, id, kind, dr, cr, amount, asset, code, ref_id, effective_on, fp",
    "event": "type, object_id, customer_no, business_time, request_id, idempotency_key,"
    " api_version, transfer_ids, data",
    "ledger_account": "id, flags, asset, dv, dp, cv, cp",
    "(SELECT account, sum(dp), sum(cp), sum(dv), sum(cv) FROM ledger_hot_delta GROUP BY 1)": "*",
}


def state_of(database: Database) -> dict[str, list[str]]:
    """Return all rows that matter, as text."""
    with database.connection() as conn:
        return {
            table: [
                str(row[0])
                for row in conn.execute(
                    f"SELECT t::text FROM (SELECT {columns} FROM {table} AS s) AS t ORDER BY 1"  # type: ignore[arg-type, unused-ignore] # constants
                )
            ]
            for table, columns in TABLES.items()
        }


@pytest.fixture(scope="module")
def twins(postgres_cluster: Cluster) -> Iterator[tuple[Shelf, Shelf]]:
    """Return two shelves that have lived the same."""
    with ExitStack() as stack:
        dsns = [stack.enter_context(postgres_cluster.database()) for _ in range(2)]
        one, other = (stack.enter_context(shelf_on(dsn, savers=SAVERS)) for dsn in dsns)
        yield one, other


def ordered(shelf: Shelf, *, seed: int) -> list[FundOrder]:
    """Let savers buy and sell on a trading day, and tell the manager; return what waits."""
    dice = random.Random(seed)
    on = shelf.closed_until + timedelta(days=1)
    shelf.at(on, hour=10)
    shelf.database.ids = SeededIds(f"orders {seed}")
    wishes = [shelf.wish(dice.choice(SAVERS), dice.randrange(100, 90_000)) for _ in range(24)]
    shelf.place(*wishes)
    shelf.pay()
    for saver in dice.sample(SAVERS, 3):
        held_e2 = shelf.holding(saver).available_e2 if seed else 0
        if held_e2 > 2:
            shelf.redeem(shelf.ask(saver, dice.choice([None, held_e2 // 2])))
    shelf.at(on, hour=15, minute=5)
    sent = shelf.database.run(lambda work: orders_to_send(work, fund=FUND, t_day=on))
    shelf.database.run(lambda work: mark_sent(work, fund=FUND, sent=sent))
    found = [
        order
        for saver in SAVERS
        for order in shelf.database.run(
            lambda w, s=saver: orders_of(w, shard=s % SHARDS, customer_no=s)  # type: ignore[misc]
        )
        if order.state == "sent"
    ]
    return sorted(found, key=lambda order: order.order_id)


def answered(orders: list[FundOrder], *, seed: int) -> list[Confirmation]:
    """Return answers of every kind to orders, most of them whole, in some order."""
    dice = random.Random(seed)
    answers = []
    for order in orders:
        asked = order.amount_fen if order.side is Side.PURCHASE else order.rest_e2
        assert asked is not None
        # A saver whose answers are of another day: they are a piece of their own.
        on = order.confirm_on + timedelta(days=order.customer_no == LATE_SAVER)
        whole = Confirmation(order.order_id, order.customer_no, True, asked, asked, on)
        part = asked // 3
        odd = [
            replace(whole, confirmed_units_e2=part, confirmed_amount_fen=part),
            replace(whole, ok=False, confirmed_units_e2=0, confirmed_amount_fen=0),
            replace(whole, confirmed_units_e2=asked + 1),
            replace(whole, customer_no=order.customer_no + 2),
            replace(whole, order_id=UUID(int=dice.getrandbits(120))),
        ]
        answers.append(whole if dice.random() < 0.7 else dice.choice(odd))
        if dice.random() < 0.1:
            answers.append(whole)
    dice.shuffle(answers)
    return answers


def cleared(shelf: Shelf, answers: list[Confirmation], *, threads: int = 1) -> Cleared:
    """Take answers in, three a transaction."""
    columns = answer_columns(answers)
    pace = Pace(piece=3, threads=threads)
    return clear_answers(shelf.database, columns, fund=FUND, pace=pace)


@pytest.mark.parametrize("seed", range(4))
def test_bulk_does_what_one_by_one_does(twins: tuple[Shelf, Shelf], seed: int) -> None:
    one, other = twins
    orders = ordered(one, seed=seed)
    assert ordered(other, seed=seed) == orders
    on = one.closed_until + timedelta(days=1)
    answers = answered(orders, seed=seed)
    for shelf in twins:
        shelf.at(on + timedelta(days=1), hour=9)

    singly = one.answer(answers)
    told = cleared(other, answers, threads=1 + seed % 2)
    other.pay()

    assert state_of(other.database) == state_of(one.database)
    refused = {place: error for place, error in enumerate(singly) if isinstance(error, DomainError)}
    assert {place: error.code for place, error in told.refused} == {
        place: error.code for place, error in refused.items()
    }
    assert told.in_bulk >= len(orders) // 3
    for shelf in twins:
        with shelf.database.work() as work:
            assert verify_chain(work).sound
            assert check_invariants(work) == []
        shelf.closed_until = on


def test_units_never_count_from_a_day_that_is_published(dsn: str) -> None:
    with shelf_on(dsn, savers=SAVERS) as shelf:
        orders = ordered(shelf, seed=5)
        shelf.publish(MONDAY)
        answers = [replace(a, confirmed_on=MONDAY) for a in answered(orders, seed=5) if a.ok]
        shelf.at(TUESDAY, hour=9)

        told = cleared(shelf, answers)

        assert told.in_bulk == 0
        assert "fund.confirmation_backdated" in {error.code for _, error in told.refused}
        assert {shelf.now(order).state.value for order in orders} == {"sent"}


def test_answers_that_come_again_change_nothing(dsn: str) -> None:
    with shelf_on(dsn, savers=SAVERS) as shelf:
        answers = answered(ordered(shelf, seed=7), seed=7)
        shelf.at(TUESDAY, hour=9)
        first = cleared(shelf, answers)
        before = state_of(shelf.database)

        again = cleared(shelf, answers, threads=2)

        assert state_of(shelf.database) == before
        assert (again.in_bulk, again.again > 0) == (0, True)
        # An order that was refused at first and answered later stands as it is, whoever asks.
        assert {place for place, _ in again.refused} <= {place for place, _ in first.refused}


def test_work_that_was_killed_is_done_again(dsn: str, tmp_path: Path) -> None:
    with shelf_on(dsn, savers=SAVERS) as shelf:
        orders = [order for seed in range(4) for order in ordered(shelf, seed=seed)]
        orders = list({order.order_id: order for order in orders}.values())
        answers = [
            Confirmation(o.order_id, o.customer_no, True, o.amount_fen, o.amount_fen, TUESDAY)
            for o in orders
            if o.amount_fen is not None
        ]
        shelf.at(TUESDAY, hour=9)
        path = tmp_path / "answers.json"
        path.write_bytes(msgspec.json.encode(answers))
        _killed(dsn, shelf, path)

        cleared(shelf, answers)

        done = [shelf.now(order) for order in orders]
        assert {order.state.value for order in done} == {"confirmed"}
        with shelf.database.work() as work:
            assert verify_chain(work).sound
            assert check_invariants(work) == []
            counts = work.row(
                "SELECT (SELECT count(*) FROM unit_event), (SELECT count(*) FROM event"
                " WHERE type = 'fund.purchase.confirmed'), (SELECT count(*) FROM ledger_transfer"
                " WHERE code = 311)"
            )
        assert counts == (len(orders),) * 3


def _killed(dsn: str, shelf: Shelf, path: Path) -> None:
    """Let a process take in the answers and kill it after the first ones are durable."""
    instant = shanghai_at(TUESDAY, hour=9).isoformat()
    command = [sys.executable, "-m", "tests.fund.clearing_child", dsn, FUND, instant, str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as child:
        while child.poll() is None:
            with shelf.database.connection() as conn:
                row = conn.execute("SELECT count(*) FROM unit_event").fetchone()
            if row and row[0]:
                child.kill()
