"""The simulated population: the same seed wants the same, and nobody wants what is not there."""

from collections import defaultdict
from datetime import date, timedelta

from huoqi.customers.rules.names import parse_name
from huoqi.customers.rules.national_id import parse_national_id
from huoqi.customers.rules.phone import parse_mobile
from huoqi.payments.rules.cards import plain_number
from huoqi.sandbox.people import REGION, person
from huoqi.sandbox.population import Act, Part, Population, Wish

BEGIN = date(2015, 5, 11)


def days_of(population: Population, count: int) -> list[tuple[Part, list[Wish]]]:
    return [population.wishes(BEGIN + timedelta(days=n)) for n in range(count)]


def population(seed: int = 20150511) -> Population:
    return Population(seed=seed, size=300, begins_on=BEGIN)


def test_one_seed_gives_one_history() -> None:
    assert days_of(population(), 60) == days_of(population(), 60)
    assert days_of(population(), 60) != days_of(population(seed=1), 60)


def test_everybody_buys_first_within_ten_days() -> None:
    firsts = days_of(population(), 10)

    buyers = {wish.customer for _, wishes in firsts for wish in wishes}
    assert buyers == set(range(300))


def test_nobody_redeems_more_than_was_bought() -> None:
    bought: dict[int, int] = defaultdict(int)
    redeemed: dict[int, int] = defaultdict(int)

    for _, wishes in days_of(population(), 120):
        for wish in wishes:
            side = bought if wish.act is Act.BUY else redeemed
            side[wish.customer] += wish.amount_fen

    assert all(redeemed[customer] <= bought[customer] for customer in range(300))
    assert sum(redeemed.values()) > 0


def test_all_acts_and_both_parts_of_the_day_come_up() -> None:
    days = days_of(population(), 200)

    assert {wish.act for _, wishes in days for wish in wishes} == set(Act)
    assert {part for part, _ in days} == set(Part)


def test_made_up_people_pass_every_check_and_cannot_be_real() -> None:
    for number in range(0, 20_000, 97):
        made_up = person(number)

        assert parse_national_id(made_up.national_id).region == REGION
        assert parse_mobile(made_up.phone) == made_up.phone
        assert parse_name(made_up.name) == made_up.name
        assert plain_number(made_up.card) == made_up.card


def test_no_two_made_up_people_share_a_document() -> None:
    people = [person(number) for number in range(40_000)]

    for documents in (
        {p.national_id for p in people},
        {p.phone for p in people},
        {p.card for p in people},
    ):
        assert len(documents) == len(people)
