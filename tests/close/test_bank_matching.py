"""Each bank's day is matched once its statement is in: what differs stands in the queue."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from huoqi.close._store import bank_days
from huoqi.close._store.bank_days import MatchedDay
from huoqi.close.breaks import BreakFilter, QueuedBreak, break_of_id, breaks_queued
from huoqi.close.operations import bank_matching
from huoqi.close.operations.bank_matching import reconcile_banks
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.close.world import MONDAY, Company, company_on

BANK = "ICBC"
TUESDAY = MONDAY + timedelta(days=1)


def spoil(company: Company, fault: str, *, bank: str = BANK, **limits: object) -> None:
    """Arm a fault of a bank's next statement."""
    with company.database.work(while_advancing=True) as work:
        work.run(
            "INSERT INTO simulated.fault (fault_id, fault, target, active_from, active_until,"
            " remaining) VALUES (%s, %s, %s, %s, %s, 1)",
            (work.new_id(), fault, bank, work.at, limits.get("until")),
        )


def moved(company: Company, *, on: date, hour: int = 10) -> None:
    """Let the company live until an hour of a day."""
    TimeMachine(company.platform).advance_to(shanghai_at(on, hour=hour))


def queue(company: Company, *, bank: str = BANK) -> list[QueuedBreak]:
    with company.database.work(while_advancing=True) as work:
        return breaks_queued(work, BreakFilter(fund=bank))


def matched(company: Company, *, on: date, bank: str = BANK) -> MatchedDay:
    with company.database.work(while_advancing=True) as work:
        found = bank_days.matches(work, first_on=on, last_on=on)
    return next(day for day in found if day.bank == bank)


def kinds(rows: Sequence[QueuedBreak]) -> list[str]:
    return [row.key.kind for row in rows]


def test_a_clean_day_is_matched_and_closed(dsn: str) -> None:
    with company_on(dsn, savers=[1, 2, 3]) as company:
        company.buy({1: 10_000, 2: 20_001, 3: 30_000})
        moved(company, on=TUESDAY)

        day = matched(company, on=MONDAY)
        assert (day.order_count, day.entry_count, day.matched_count) == (3, 3, 3)
        assert (day.break_count, day.waiting_count, day.is_closed) == (0, 0, True)
        assert queue(company) == []


def test_a_line_that_lacks_is_a_break_until_somebody_explains_it(dsn: str) -> None:
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: 10_000, 2: 20_000})
        spoil(company, "statement_missing_line")
        moved(company, on=TUESDAY)

        (found,) = queue(company)
        assert (found.key.kind, found.state, found.key.on) == ("bank_missing", "open", MONDAY)
        assert found.row.theirs == 0
        assert found.row.effect_fen == found.row.ours == found.row.difference
        day = matched(company, on=MONDAY)
        assert (day.matched_count, day.break_count, day.is_closed) == (1, 1, False)


def test_a_line_that_stands_twice_is_a_duplicate(dsn: str) -> None:
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: 10_000, 2: 20_000})
        spoil(company, "statement_duplicate_line")
        moved(company, on=TUESDAY)

        (found,) = queue(company)
        assert found.key.kind == "bank_duplicate"
        assert found.row.theirs == 2 * (found.row.ours or 0)
        assert found.row.effect_fen == -(found.row.ours or 0)


def test_another_amount_is_told_to_the_fen(dsn: str) -> None:
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: 10_000, 2: 20_000})
        spoil(company, "statement_wrong_amount")
        moved(company, on=TUESDAY)

        (found,) = queue(company)
        assert (found.key.kind, found.row.difference, found.row.effect_fen) == (
            "bank_amount",
            -1,
            -1,
        )


def test_a_line_that_is_nobodys_is_not_in_the_ledger(dsn: str) -> None:
    with company_on(dsn, savers=[1]) as company:
        company.buy({1: 10_000})
        spoil(company, "statement_unknown_line")
        moved(company, on=TUESDAY)

        (found,) = queue(company)
        assert (found.key.kind, found.row.ours, found.row.theirs) == ("bank_not_in_ledger", 0, 500)
        assert found.row.record_no == 2


def test_a_statement_that_is_late_holds_up_its_own_bank_only(dsn: str) -> None:
    with company_on(dsn, savers=[1]) as company:
        company.buy({1: 10_000})
        spoil(company, "statement_late")
        moved(company, on=TUESDAY)

        assert kinds(queue(company)) == ["statement_late"]
        assert matched(company, on=MONDAY, bank="BOC").is_closed
        moved(company, on=TUESDAY, hour=14)
        assert queue(company) == []
        assert matched(company, on=MONDAY).is_closed


def test_a_statement_whose_totals_are_off_is_refused_until_it_comes_right(dsn: str) -> None:
    with company_on(dsn, savers=[1]) as company:
        company.buy({1: 10_000})
        spoil(company, "statement_wrong_total")
        moved(company, on=TUESDAY)

        (found,) = queue(company)
        assert (found.key.kind, found.row.detail) == ("statement_refused", "statement.totals_off")


def test_matching_again_changes_nothing(dsn: str) -> None:
    with company_on(dsn, savers=[1, 2]) as company:
        company.buy({1: 10_000, 2: 20_000})
        spoil(company, "statement_duplicate_line")
        moved(company, on=TUESDAY)
        before = queue(company)

        company.database.run(reconcile_banks, while_advancing=True)

        assert queue(company) == before


def test_a_break_can_be_asked_for_by_its_id(dsn: str) -> None:
    with company_on(dsn, savers=[1]) as company:
        company.buy({1: 10_000})
        spoil(company, "statement_unknown_line")
        moved(company, on=TUESDAY)
        (found,) = queue(company)

        with company.database.work(while_advancing=True) as work:
            asked = break_of_id(work, f"ICBC.{MONDAY.isoformat()}.bank_not_in_ledger.0")

        assert asked == found


def test_days_of_very_many_orders_are_matched_in_columns_and_find_the_same(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with company_on(dsn, savers=[1, 2, 3]) as company:
        company.buy({1: 10_000, 2: 20_000, 3: 30_000})
        spoil(company, "statement_missing_line")
        spoil(company, "statement_wrong_amount")
        moved(company, on=TUESDAY)
        before, day = queue(company), matched(company, on=MONDAY)
        assert len(before) == 2

        monkeypatch.setattr(bank_matching, "MANY_ORDERS", 0)
        company.database.run(reconcile_banks, while_advancing=True)

        assert queue(company) == before
        assert replace(matched(company, on=MONDAY), matched_at=day.matched_at) == day
