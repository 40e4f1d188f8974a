"""A batch of orders is answered as if each had come alone."""

import random
from dataclasses import replace
from uuid import UUID

import pytest

from huoqi.kit.errors import DomainError
from huoqi.payments.cards import Card
from huoqi.payments.orders import MoneyOrder, OrderRequest
from huoqi.payments.rules.bank_profiles import Direction
from tests.payments.world import World

OPENING_FEN = 6_000_000


def wish(world: World, card: Card, chance: random.Random) -> OrderRequest:
    direction = chance.choice(list(Direction))
    amount_fen = chance.choice([0, 1, 300_000, 1_000_000, 2_500_000, 5_000_000, 5_000_001])
    return world.request(card, amount_fen, direction=direction)


def twin_of(request: OrderRequest, card: Card, world: World, ids: dict[UUID, UUID]) -> OrderRequest:
    """Return the same wish of the twin customer; a repeated wish stays a repeated one."""
    order_id = ids.setdefault(request.order_id, world.new_id())
    intent_id = ids.setdefault(request.intent_id, world.new_id())
    return replace(
        request,
        order_id=order_id,
        intent_id=intent_id,
        customer_no=card.customer_no,
        card_id=card.card_id,
    )


def told(result: MoneyOrder | DomainError) -> object:
    if isinstance(result, MoneyOrder):
        return result.state, result.direction, result.amount_fen
    return result.code, dict(result.params)


@pytest.mark.parametrize("seed", range(6))
def test_a_batch_equals_its_orders_one_by_one(world: World, seed: int) -> None:
    chance = random.Random(seed)
    pairs = []
    for number in (2, 4, 6):
        together = world.saver(number, cash_fen=OPENING_FEN)
        alone = world.saver(number + 100, cash_fen=OPENING_FEN)
        pairs.append((together, alone))
    batch, singles = list[OrderRequest](), list[OrderRequest]()
    ids: dict[UUID, UUID] = {}
    for _ in range(40):
        card, _ = chance.choice(pairs)
        repeat = bool(batch) and chance.random() < 0.1
        request = chance.choice(batch) if repeat else wish(world, card, chance)
        twin = next(b for a, b in pairs if a.card_id == request.card_id)
        batch.append(request)
        singles.append(twin_of(request, twin, world, ids))

    answers = world.place(*batch)
    one_by_one = [world.place(single)[0] for single in singles]
    assert [told(answer) for answer in answers] == [told(answer) for answer in one_by_one]
    for together, alone in pairs:
        assert world.cash(together) == world.cash(alone)
