"""A saved list of roots is chained, and a proof's statement has to stand in it as it is."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from huoqi.close.rules.root_lists import RootsBroken, require_chained, require_listed
from huoqi.close.rules.seal_tree import NOTHING, Statement, statement_bytes

FIRST_ON = date(2015, 5, 11)


def chain(days: int) -> list[Statement]:
    found: list[Statement] = []
    before = NOTHING
    for number in range(days):
        root = bytes([number + 1]) * 32
        on = FIRST_ON + timedelta(days=number)
        found.append(Statement(on, "990001", root, 3, 10_000 + number, 1, before))
        before = hashlib.sha256(statement_bytes(found[-1])).digest()
    return found


def reason(statement: Statement, listed: list[Statement]) -> str:
    with pytest.raises(RootsBroken) as broken:
        require_listed(statement, listed)
    return str(broken.value.params["reason"])


def test_every_statement_of_a_whole_list_stands_in_it_in_any_order() -> None:
    listed = chain(5)
    for statement in listed:
        require_listed(statement, listed[::-1])


def test_a_part_of_the_list_is_enough_and_a_day_may_stand_in_it_twice() -> None:
    listed = chain(5)[2:]
    require_listed(listed[1], [*listed, listed[1]])


def test_other_funds_in_the_list_do_not_matter() -> None:
    listed = chain(3)
    others = [replace(each, fund="990002", previous_sha256=NOTHING) for each in listed]
    require_listed(listed[2], [*others[:1], *listed])


def test_what_is_not_in_the_list_or_otherwise_there_is_refused() -> None:
    listed = chain(5)
    other = replace(listed[4], total_units_e2=1)

    assert reason(listed[4], listed[:4]) == "missing"
    assert reason(other, listed) == "another root"
    assert reason(listed[1], [*listed, other]) == "two roots"


def test_a_day_that_was_changed_or_left_out_breaks_the_chain() -> None:
    listed = chain(5)
    changed = [*listed[:2], replace(listed[2], root=NOTHING), *listed[3:]]
    begun_again = [*listed[:3], replace(listed[3], previous_sha256=NOTHING), listed[4]]

    assert reason(listed[4], changed) == "chain"
    assert reason(listed[4], [*listed[:2], *listed[3:]]) == "chain"
    assert reason(listed[4], begun_again) == "begins again"


def test_an_empty_list_is_chained() -> None:
    assert require_chained([]) == []
