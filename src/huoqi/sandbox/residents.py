"""Moving made-up people in: customers with bound cards, in bulk, by the real operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from huoqi.close.platform import Platform
from huoqi.customers.desk import Desk
from huoqi.customers.operations import SimulatedPerson, register_simulated
from huoqi.customers.operations.agreements import agree_for_simulated
from huoqi.customers.people import NewCustomer
from huoqi.fund.queries import products_of
from huoqi.kit.db import Work
from huoqi.payments.cards import BindRequest, Card, CardState
from huoqi.payments.operations import bind_cards, record_card_answers
from huoqi.payments.operations.binding import CheckStarted
from huoqi.sandbox.people import Person

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who moves in; those with one ``device_key`` bind their cards on one phone."""

    person: Person
    device_key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Resident:
    """A customer of a simulated world, with the card that money goes through."""

    customer_no: int
    customer_id: UUID
    shard: int
    card_id: UUID
    bank: str


def desk_of(platform: Platform) -> Desk:
    """Return the registration desk of a platform."""
    return Desk(platform.vault, platform.authority, platform.messages)


def move_in(platform: Platform, newcomers: Sequence[Newcomer]) -> list[Resident]:
    """Register people and bind their cards, in order; what is refused is a mistake of the world."""
    residents: list[Resident] = []
    for start in range(0, len(newcomers), BATCH):
        residents += _moved_in(platform, newcomers[start : start + BATCH])
    return residents


def _moved_in(platform: Platform, newcomers: Sequence[Newcomer]) -> list[Resident]:
    customers = platform.database.run(lambda work: _registered(work, platform, newcomers))
    started = platform.database.run(
        lambda work: _binding(work, platform, newcomers, customers=customers)
    )
    answers = platform.banks.check_cards([each.check for each in started])
    cards = platform.database.run(
        lambda work: record_card_answers(work, [each.card.key for each in started], answers)
    )
    return [_resident(customer, card=card) for customer, card in zip(customers, cards, strict=True)]


def _registered(work: Work, platform: Platform, newcomers: Sequence[Newcomer]) -> list[NewCustomer]:
    people = [
        SimulatedPerson(each.person.name, each.person.national_id, each.person.phone)
        for each in newcomers
    ]
    found = []
    for result in register_simulated(work, desk_of(platform), people):
        assert isinstance(result, NewCustomer), result
        found.append(result)
    funds = [product.fund for product in products_of(work)]
    agree_for_simulated(work, found, funds=funds)
    return found


def _binding(
    work: Work,
    platform: Platform,
    newcomers: Sequence[Newcomer],
    *,
    customers: Sequence[NewCustomer],
) -> list[CheckStarted]:
    requests = [
        BindRequest(
            shard=customer.shard,
            card_id=work.new_id(),
            customer_no=customer.customer_no,
            number=each.person.card,
            name=each.person.name,
            national_id=each.person.national_id,
            mobile=each.person.phone,
            device_key=each.device_key,
        )
        for each, customer in zip(newcomers, customers, strict=True)
    ]
    found = []
    for result in bind_cards(work, requests, vault=platform.vault):
        assert isinstance(result, CheckStarted), result
        found.append(result)
    return found


def _resident(customer: NewCustomer, *, card: Card) -> Resident:
    assert card.state is CardState.BOUND, card.reason
    return Resident(
        customer.customer_no, customer.customer_id, customer.shard, card.card_id, card.bank
    )
