"""A few thousand orders against banks that misbehave by seed: the book equals the banks' truth."""

import itertools
from collections import Counter

import pytest

from huoqi.kit.db import Work
from huoqi.payments.banks.simulated import FaultMix, truth
from huoqi.payments.banks.simulated.truth import Movement
from huoqi.payments.cards import Card
from huoqi.payments.operations import record_evidence
from huoqi.payments.orders import Evidence, MoneyOrder, OrderKey
from huoqi.payments.queries import next_due_at, orders_of_keys
from huoqi.payments.rules.bank_profiles import Direction
from huoqi.payments.rules.reducer import Event, State
from tests.payments.world import World, build_world

# The default mix of the fault benchmark (an assumption, not observed), in millionths.
DEFAULT_MIX = FaultMix(
    rejected=30_000,
    request_lost=20_000,
    reply_lost=35_000,
    executed_late=15_000,
    query_timeout=100_000,
    double_execution=2_000,
    returned_next_day=5_000,
    callback=950_000,
    callback_duplicate=50_000,
    callback_reordered=50_000,
    callback_contradictory=1_000,
    callback_wrong_amount=500,
)
CUSTOMERS = 40
ORDERS = 2_400
OPENING_FEN = 10_000_000


def place_many(world: World) -> list[MoneyOrder]:
    """Place collections and payouts over several days, as the limits allow."""
    cards = [world.saver(number, cash_fen=OPENING_FEN) for number in range(1, CUSTOMERS + 1)]
    turn: itertools.cycle[Card] = itertools.cycle(cards)
    placed: list[MoneyOrder] = []
    amounts = itertools.cycle(range(1_001, 90_001, 997))
    ways = itertools.cycle([Direction.COLLECT, Direction.PAYOUT, Direction.COLLECT])
    while len(placed) < ORDERS:
        wishes = [
            world.request(next(turn), next(amounts), direction=next(ways)) for _ in range(400)
        ]
        placed += [result for result in world.place(*wishes) if isinstance(result, MoneyOrder)]
        world.run_after(hours=8)
    return placed


def run_out(world: World) -> None:
    """Let time pass until nobody is due to be asked and no callback is under way."""
    while True:
        coming = [world.database.run(next_due_at), world.banks.next_callback_at()]
        times = [at for at in coming if at is not None]
        if not times:
            return
        world.run_at(max(min(times), world.clock.at))


def statement(order: MoneyOrder, movement: Movement | None) -> list[Evidence]:
    """Return what complete statements say about an order, from what its bank really did."""
    events = [Event.S_ABSENT_FINAL] if movement is None else [Event.S_BOOKED]
    if movement is not None and movement.times == 2:
        events.append(Event.S_BOOKED_DUP)
    if movement is not None and movement.returns_on is not None:
        events.append(Event.S_RETURNED)
    return [
        Evidence(order.shard, order.order_id, f"s-{event}", "statement", event) for event in events
    ]


@pytest.mark.slow
def test_no_order_is_paid_twice_and_the_book_equals_the_banks(dsn: str) -> None:
    world = build_world(dsn, mix=DEFAULT_MIX)
    placed = place_many(world)
    run_out(world)
    moved = {m.bank_ref: m for m in world.database.run(truth.movements)}
    before = world.database.run(lambda work: orders_of_keys(work, [o.key for o in placed]))
    waiting = sum(order.state is State.UNKNOWN for order in before.values())

    def read_statements(work: Work) -> None:
        for order in before.values():
            movement = moved.get(order.bank_ref or "")
            record_evidence(work, statement(order, movement))

    world.database.run(read_statements)
    after = world.database.run(lambda work: orders_of_keys(work, [o.key for o in placed]))
    states = Counter(order.state for order in after.values())

    assert 0.01 < waiting / len(placed) < 0.06, "some must wait for the statement"
    assert set(states) <= {State.SUCCEEDED, State.REJECTED, State.DISPUTED}
    for order in after.values():
        movement = moved.get(order.bank_ref or "")
        if order.state is State.DISPUTED:
            continue
        assert (order.state is State.SUCCEEDED) == (movement is not None) or order.cases
        assert ("DOUBLE_EXECUTION" in order.cases) == (movement is not None and movement.times == 2)
    assert book_fen(world, placed) == banks_fen(after, moved)
    world.database.close()


def banks_fen(orders: dict[OrderKey, MoneyOrder], moved: dict[str, Movement]) -> int:
    """Return what the banks moved to us, once an order, returns taken off, open cases left out."""
    total_fen = 0
    for order in orders.values():
        movement = moved.get(order.bank_ref or "")
        posted = order.state is State.SUCCEEDED
        if movement is None or not posted or movement.returns_on is not None:
            continue
        sign = 1 if order.direction is Direction.COLLECT else -1
        total_fen += sign * movement.amount_fen
    return total_fen


def book_fen(world: World, placed: list[MoneyOrder]) -> int:
    """Return what our book says the banks moved: cash less what is owed for returns."""
    total_fen = 0
    for number in range(1, CUSTOMERS + 1):
        some = next(order for order in placed if order.customer_no == number)
        cash, owed = world.cash(some), world.receivable(some)
        total_fen += cash.credit_balance - OPENING_FEN - (owed.debit_balance if owed else 0)
    return total_fen
