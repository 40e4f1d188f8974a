"""Customers in bulk, and in crossing batches, against the database."""

from concurrent.futures import ThreadPoolExecutor

from huoqi.customers.operations import (
    AlreadyRegistered,
    PhoneInUse,
    SimulatedPerson,
    register_simulated,
)
from huoqi.customers.people import NewCustomer
from huoqi.customers.rules.national_id import IdChecksum
from huoqi.kit.errors import DomainError
from tests.customers.branch import Branch, id_number


def _people(count: int, *, start: int = 0) -> list[SimulatedPerson]:
    return [
        SimulatedPerson(
            "王小明",
            id_number(birth=f"19{50 + place // 900}0307", sequence=f"{place % 900:03d}"),
            f"138{place:08d}",
        )
        for place in range(start, start + count)
    ]


def test_a_thousand_people_are_numbered_densely_on_their_shards(branch: Branch) -> None:
    with branch.database.work() as work:
        opened = register_simulated(work, branch.desk, _people(1_000))

    numbers = [each.customer_no for each in opened if isinstance(each, NewCustomer)]
    assert len(set(numbers)) == 1_000
    for shard in (0, 1):
        of_shard = [number for number in numbers if number % 2 == shard]
        assert of_shard == list(range(100 + shard, 100 + shard + 2 * len(of_shard), 2))


def test_a_batch_refuses_those_who_are_there_or_come_twice(branch: Branch) -> None:
    first, second, third = _people(3)
    with branch.database.work() as work:
        register_simulated(work, branch.desk, [first])
        opened = register_simulated(
            work,
            branch.desk,
            [
                first,
                second,
                SimulatedPerson("李雷", third.national_id, second.phone),
                SimulatedPerson("李雷", "110105194912310021", "13800000099"),
                SimulatedPerson("李雷", second.national_id, "13800000098"),
                third,
            ],
        )

    assert [type(each) for each in opened] == [
        AlreadyRegistered,
        NewCustomer,
        PhoneInUse,
        IdChecksum,
        AlreadyRegistered,
        NewCustomer,
    ]


def test_crossing_batches_open_each_person_once(branch: Branch) -> None:
    people = _people(60)

    def opened(batch: list[SimulatedPerson]) -> list[NewCustomer | DomainError]:
        return branch.database.run(lambda work: register_simulated(work, branch.desk, batch))

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(opened, [people, people[::-1], people[30:] + people[:30]]))

    results = [each for answer in answers for each in answer]
    assert sum(isinstance(each, NewCustomer) for each in results) == 60
    assert sum(isinstance(each, AlreadyRegistered) for each in results) == 120
