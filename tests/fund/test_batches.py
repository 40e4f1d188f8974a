"""A batch costs a fixed number of statements, and answers as if each item had come alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import pytest

from huoqi.fund.operations import place_purchases, redeem
from huoqi.fund.orders import FundOrder
from huoqi.fund.queries import holdings_at
from huoqi.kit.clock import Connection
from huoqi.kit.db import Work
from tests.fund.world import FUND, MONDAY, Shelf, shelf_on

SAVERS = tuple(range(101, 121))


@pytest.fixture
def busy(dsn: str) -> Iterator[Shelf]:
    """Return a shelf with twenty savers."""
    with shelf_on(dsn, savers=SAVERS) as shelf:
        yield shelf


class _Counting:
    """A connection that notes the statements it passes on."""

    def __init__(self, conn: Connection, seen: list[str]) -> None:
        self._conn = conn
        self._seen = seen

    def __getattr__(self, name: str) -> object:
        if name in {"execute", "cursor"}:
            self._seen.append(name)
        return getattr(self._conn, name)


@contextmanager
def counted(work: Work) -> Iterator[list[str]]:
    """Collect a mark for each statement that a unit of work runs."""
    seen: list[str] = []
    conn = work.conn
    work.conn = cast(Connection, _Counting(conn, seen))
    try:
        yield seen
    finally:
        work.conn = conn


def test_twenty_purchases_cost_as_many_statements_as_two(busy: Shelf) -> None:
    # The first purchase of a process reads rules and calendar; later ones know them.
    busy.buy(101, 10_000)
    counts = []
    for savers in (SAVERS[:2], SAVERS[2:]):
        wishes = [busy.wish(saver, 10_000) for saver in savers]
        with busy.database.work() as work, counted(work) as seen:
            placed = place_purchases(work, wishes)
        assert all(isinstance(order, FundOrder) for order in placed)
        counts.append(len(seen))

    assert counts[0] == counts[1] < 30


def test_twenty_redemptions_cost_as_many_statements_as_two(busy: Shelf) -> None:
    for saver in SAVERS:
        busy.place(busy.wish(saver, 10_000))
    busy.pay()
    busy.run_until(MONDAY)
    counts = []
    for savers in (SAVERS[:2], SAVERS[2:]):
        asks = [busy.ask(saver, 100) for saver in savers]
        named = [replace(ask, card_id=busy.cards[ask.customer_no].card_id) for ask in asks]
        with busy.database.work() as work, counted(work) as seen:
            accepted = redeem(work, named)
        assert all(isinstance(order, FundOrder) for order in accepted)
        counts.append(len(seen))

    assert counts[0] == counts[1] < 30


def test_the_columns_of_all_holders_name_their_shards(busy: Shelf) -> None:
    busy.buy(101, 10_000)
    busy.run_until(MONDAY)
    busy.publish(MONDAY.replace(day=12))
    with busy.database.work() as work:
        columns = holdings_at(work, fund=FUND, on=MONDAY.replace(day=12))

    held = [int(n) for n, units in zip(columns.accounts, columns.units_e2, strict=True) if units]
    assert held == [101]
    assert columns.total_units_e2 == 10_001
    assert all(int(n) % 2 == int(s) for n, s in zip(columns.accounts, columns.shards, strict=True))
