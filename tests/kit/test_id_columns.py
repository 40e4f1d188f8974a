from datetime import UTC, datetime
from uuid import UUID

import pytest

from huoqi.kit.id_columns import new_ids
from huoqi.kit.ids import RandomIds, SeededIds

AT = datetime(2015, 5, 11, 1, 2, 3, 456_000, tzinfo=UTC)


@pytest.mark.parametrize("count", [0, 1, 700])
def test_many_seeded_ids_are_those_made_one_by_one(count: int) -> None:
    one, other = SeededIds("a seed"), SeededIds("a seed")

    many = [UUID(bytes=row.tobytes()) for row in new_ids(one, at=AT, count=count)]

    assert many == [other.new(AT) for _ in range(count)]
    assert one.new(AT) == other.new(AT)


def test_many_random_ids_go_on_in_order() -> None:
    ids = RandomIds()
    before = ids.new(AT)

    many = [UUID(bytes=row.tobytes()) for row in new_ids(ids, at=AT, count=500)]

    assert many == sorted(set(many))
    assert before < many[0] < many[-1] < ids.new(AT)
    assert all(each.version == 7 for each in many)
