"""Policy against the database: dated rows, refusals, and a cache that follows every change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from huoqi.events.queries import events_after
from huoqi.kit.clock import ManualClock
from huoqi.kit.db import Database
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import (
    PolicyNotFound,
    PolicyOverlap,
    PolicyPeriodEmpty,
    add_rules,
    end_rule,
)
from huoqi.policy.queries import rows_of, rule_on, rules_on

AT = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
START, CHANGE = date(2015, 5, 1), date(2018, 6, 1)
OLD = PolicyRow(
    "test.fast", START, {"per_day_fen": 6_000_000, "count": 3}, "press, May 2015", CHANGE
)
NEW = PolicyRow("test.fast", CHANGE, {"per_day_fen": 1_000_000}, "CSRC and PBC notice of 2018")


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    opened = Database(dsn, clock=ManualClock(AT), size=2)
    yield opened
    opened.close()


def test_the_limit_of_the_date_is_in_force(database: Database) -> None:
    with database.work() as work:
        assert add_rules(work, [OLD, NEW]) == [OLD, NEW]

    with database.work() as work:
        assert rule_on(work, rule="test.fast", on=date(2018, 5, 31)) == OLD
        assert rule_on(work, rule="test.fast", on=CHANGE) == NEW
        assert rule_on(work, rule="test.fast", on=date(2015, 4, 30)) is None
        assert rows_of(work, rule="test.fast") == [OLD, NEW]
        assert NEW in rules_on(work, on=CHANGE)


def test_a_funds_own_row_goes_before_the_general_one(database: Database) -> None:
    own = replace(OLD, fund="huoqibao", value={"per_day_fen": 1})
    with database.work() as work:
        add_rules(work, [OLD, own])

        assert rule_on(work, rule="test.fast", fund="huoqibao", on=START) == own
        assert rule_on(work, rule="test.fast", fund="another", on=START) == OLD
        assert rule_on(work, rule="test.fast", fund="huoqibao", on=START, jurisdiction="HK") is None


def test_an_overlap_is_refused_with_the_other_rows_dates(database: Database) -> None:
    late = replace(OLD, effective_from=date(2018, 5, 31), effective_to=None)
    empty = replace(NEW, effective_to=CHANGE)
    with database.work() as work:
        results = add_rules(work, [OLD, late, empty, NEW, OLD])

    assert results == [
        OLD,
        PolicyOverlap(
            rule="test.fast", fund="", effective_from="2015-05-01", effective_to="2018-06-01"
        ),
        PolicyPeriodEmpty(rule="test.fast", effective_from="2018-06-01"),
        NEW,
        OLD,
    ]
    with database.work() as work:
        assert rows_of(work, rule="test.fast") == [OLD, NEW]
        types = ["policy.rule.added"]
        assert len(events_after(work, seq=0, types=types)) == 2


def test_a_rule_that_runs_on_is_ended_before_its_successor(database: Database) -> None:
    open_ended = replace(OLD, effective_to=None)
    with database.work() as work:
        add_rules(work, [open_ended])
        assert rule_on(work, rule="test.fast", on=CHANGE) == open_ended

        assert end_rule(work, open_ended, effective_to=CHANGE) == OLD
        assert rule_on(work, rule="test.fast", on=CHANGE) is None
        assert add_rules(work, [NEW]) == [NEW]
        assert rule_on(work, rule="test.fast", on=CHANGE) == NEW

        with pytest.raises(PolicyOverlap):
            end_rule(work, OLD, effective_to=date(2019, 1, 1))
        with pytest.raises(PolicyPeriodEmpty):
            end_rule(work, OLD, effective_to=START)
        with pytest.raises(PolicyNotFound):
            end_rule(work, replace(OLD, effective_from=CHANGE, fund="x"), effective_to=CHANGE)


def test_a_withdrawn_row_is_never_in_force_and_blocks_nothing(database: Database) -> None:
    withdrawn = replace(OLD, status="withdrawn", effective_from=date(2015, 6, 1))
    with database.work() as work:
        assert add_rules(work, [withdrawn, OLD]) == [withdrawn, OLD]
        assert rule_on(work, rule="test.fast", on=date(2015, 7, 1)) == OLD


def test_a_change_of_another_process_is_seen_by_the_next_unit_of_work(database: Database) -> None:
    with database.work() as work:
        assert rule_on(work, rule="test.fast", on=START) is None
    other = Database(database.dsn, clock=ManualClock(AT), size=1)
    with other.work() as work:
        add_rules(work, [OLD])
    other.close()

    with database.work() as work:
        assert rule_on(work, rule="test.fast", on=START) == OLD


def test_what_was_rolled_back_is_not_remembered(database: Database) -> None:
    def add_and_fail() -> None:
        with database.work() as work:
            add_rules(work, [OLD])
            assert rule_on(work, rule="test.fast", on=START) == OLD
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()

    with database.work() as work:
        assert rule_on(work, rule="test.fast", on=START) is None


def test_a_fraction_in_a_rule_is_our_mistake(database: Database) -> None:
    with database.work() as work, pytest.raises(AssertionError, match=r"test\.fast"):
        add_rules(work, [replace(OLD, value={"rate": 1.5})])  # type: ignore[dict-item]
