"""The ten personas live in a fresh sandbox, with documents that never change."""

from collections.abc import Callable

from huoqi.close.platform import Platform
from huoqi.customers.rules.national_id import parse_national_id
from huoqi.payments.queries import cards_of_customer
from huoqi.sandbox.opening import first_morning
from huoqi.sandbox.personas import PERSONAS, member_person, members_of, personas_here

TEN = {
    "saver", "commuter", "student17", "pensioner", "gigworker",
    "overindebted", "fraudring", "vip", "estate", "foreign",
}  # fmt: skip


def test_there_are_ten_personas_and_nine_of_them_are_a_ring() -> None:
    assert {persona.name for persona in PERSONAS} == TEN
    assert next(p for p in PERSONAS if p.name == "fraudring").members == 9


def test_the_student_is_the_magic_sample_who_turns_18_tomorrow() -> None:
    student = next(p for p in PERSONAS if p.name == "student17")

    assert member_person(student, member=1).national_id == "110105199705120170"


def test_every_document_of_a_persona_is_sound_and_its_own() -> None:
    people = [member.person for member in members_of({})]

    assert len(people) == 18
    for documents in (
        {p.national_id for p in people},
        {p.phone for p in people},
        {p.card for p in people},
    ):
        assert len(documents) == 18
    assert all(parse_national_id(p.national_id) for p in people)


def test_all_but_the_student_move_in_with_a_bound_card(platform: Platform) -> None:
    first_morning(platform, seed=20150511)

    here = personas_here(platform)
    assert set(here) == TEN - {"student17"}
    with platform.database.work() as work:
        for resident in [r for members in here.values() for r in members]:
            where = {"shard": resident.shard, "customer_no": resident.customer_no}
            (card,) = cards_of_customer(work, **where)
            assert (card.last_four, card.is_default) == ("0000", True)


def test_the_same_seed_gives_the_same_customers(
    platform: Platform, open_at: Callable[[str], Platform], twin_dsn: str
) -> None:
    twin = open_at(twin_dsn)
    first_morning(platform, seed=20150511)
    first_morning(twin, seed=20150511)

    assert personas_here(twin) == personas_here(platform)
    twin.database.close()
