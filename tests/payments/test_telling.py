"""What the event log tells of cards and of orders that need attention."""

from huoqi.events.queries import events_after
from huoqi.payments.operations import record_evidence, unbind_cards
from huoqi.payments.orders import Evidence, MoneyOrder
from huoqi.payments.rules.reducer import Event
from tests.payments.world import MONDAY_NINE, World


def told(world: World, about: object) -> list[str]:
    found = world.database.run(lambda work: events_after(work, seq=0, limit=500))
    return [event.type for event in found if event.object_id == str(about)]


def learn(world: World, order: MoneyOrder, event: Event) -> None:
    evidence = Evidence(*order.key, f"s-{event}", "statement", event)
    world.database.run(lambda work: record_evidence(work, [evidence]))


def test_a_cards_life_is_told(world: World) -> None:
    card = world.saver()
    world.database.run(lambda work: unbind_cards(work, [(card.key, 7)]))

    assert told(world, card.card_id) == ["payment.card.bound", "payment.card.unbound"]


def test_an_order_without_an_answer_is_told_once(world: World) -> None:
    order = world.place_one(world.saver(last_four="0009"), 10_000)
    world.run_at(MONDAY_NINE)
    world.run_after(seconds=60)

    assert told(world, order.order_id) == ["payment.order.unanswered"]


def test_cases_and_returns_are_told(world: World) -> None:
    order = world.place_one(world.saver(), 10_000)
    world.run_at(MONDAY_NINE)
    learn(world, order, Event.S_BOOKED_DUP)
    learn(world, order, Event.S_RETURNED)

    assert told(world, order.order_id) == [
        "payment.order.case_opened",
        "payment.order.returned",
    ]
