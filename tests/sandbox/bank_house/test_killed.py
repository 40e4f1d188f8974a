"""Killed at any moment, the banks' books are whole and no money has moved twice."""

import os
import random
import signal
import sqlite3
import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from huoqi.kit.postgres.locks import holder_of
from huoqi.payments.orders import MoneyOrder
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import State
from huoqi.sandbox.bank_house.process import LOCK_NAME, start_house, wait_for_house
from tests.payments.world import World
from tests.sandbox.bank_house.lines import SEED, lines_to

KILLS = int(os.environ.get("HUOQI_KILLS", "3"))
CHANCE = random.Random(int(os.environ.get("HUOQI_SEED", "20150511")))
STEPS_S = (30, 60, 90, 300, 7_200, 25_200)


def kill(folder: Path) -> None:
    """Kill the house that is at work, if one is."""
    pid = holder_of(folder, name=LOCK_NAME)
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def a_round(world: World, folder: Path) -> list[MoneyOrder]:
    """Place orders, and kill the house at some moment while these are told to it."""
    cards = []
    for _ in range(3):
        number = 100 + world.serial
        world.open_customer(number, cash_fen=1_000_000)
        cards.append(world.bind(number, CHANCE.choice(["0000", "0009"])))
    wanted = [
        world.request(card, 1_000 + n, direction=way)
        for n in range(4)
        for card in cards
        for way in Direction
    ]
    # Who did not answer lately is left in peace: then some are refused.
    placed = [order for order in world.place(*wanted) if isinstance(order, MoneyOrder)]
    killer = threading.Timer(CHANCE.uniform(0, 0.12), kill, [folder])
    killer.start()
    world.run_at(world.clock.at)
    killer.join()
    wait_for_house(folder)
    world.run_at(world.clock.at)
    return placed


def state_everything(world: World) -> None:
    """Let every bank state each day until nothing is unclear."""
    began = world.clock.at
    for day in range(1, 7):
        world.run_at(began.replace(hour=0, minute=0, second=0) + timedelta(days=day))
        state(world)


def state(world: World) -> None:
    """Take the statements that there are."""
    while world.pump.take_statements(then=lambda _work, _taken: None):
        pass


def test_killed_while_orders_are_told_it_moves_each_once(tmp_path: Path, database_dsn: str) -> None:
    placed: list[MoneyOrder] = []
    with lines_to(tmp_path, database_dsn) as lines:
        world = lines.world
        for _ in range(KILLS):
            # A child of its own each time: one that dies often is started less and less often.
            with start_house(tmp_path, seed=SEED):
                wait_for_house(tmp_path)
                placed += a_round(world, tmp_path)
                began = world.clock.at
                for seconds in STEPS_S:
                    wait_for_house(tmp_path)
                    world.run_at(began + timedelta(seconds=seconds))
                state(world)
        with start_house(tmp_path, seed=SEED):
            wait_for_house(tmp_path)
            state_everything(world)
        after = [world.now(order) for order in placed]
    books = sqlite3.connect(tmp_path / "books.sqlite")
    moved = Counter(ref for (ref,) in books.execute("SELECT bank_ref FROM execution"))
    (whole,) = books.execute("PRAGMA integrity_check").fetchone()
    books.close()

    assert whole == "ok"
    assert len(after) >= 24
    for order in after:
        assert order.bank_ref is not None
        assert order.state in {State.SUCCEEDED, State.REJECTED}
        assert moved[order.bank_ref] == (1 if order.state is State.SUCCEEDED else 0)
    assert moved.total() == sum(order.state is State.SUCCEEDED for order in after)
