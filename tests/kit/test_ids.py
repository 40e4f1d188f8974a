"""Ids sort by creation, repeat with their seed, and derive the same way each time."""

from datetime import UTC, datetime
from uuid import UUID

from huoqi.kit.ids import RandomIds, SeededIds, derived_id

OPENING_DAY = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)


def test_ids_of_one_instant_sort_in_the_order_they_were_made() -> None:
    ids = RandomIds()
    made = [ids.new(OPENING_DAY) for _ in range(1_000)]

    assert made == sorted(made)
    assert len(set(made)) == 1_000


def test_an_id_is_a_version_7_uuid_that_carries_its_instant() -> None:
    made = RandomIds().new(OPENING_DAY)

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == 1_431_306_000_000


def test_the_same_seed_makes_the_same_ids() -> None:
    first, again, other = SeededIds("small"), SeededIds("small"), SeededIds("city")

    made = [first.new(OPENING_DAY) for _ in range(5)]

    assert made == [again.new(OPENING_DAY) for _ in range(5)]
    assert made != [other.new(OPENING_DAY) for _ in range(5)]


def test_a_derived_id_is_stable_differs_by_action_and_stays_beside_its_parent() -> None:
    parent = UUID("014d40f5-a480-7000-8000-100000000001")
    hold = derived_id(parent, action="HOLD")

    assert hold == derived_id(parent, action="HOLD")
    assert hold != derived_id(parent, action="POST")
    assert hold.int >> 64 == parent.int >> 64
    assert hold.version == 7
