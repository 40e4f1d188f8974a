"""Dated profiles: which row counts, windows over midnight, cut-off, deadlines."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from huoqi.kit.dates import shanghai_at
from huoqi.payments.rules.bank_profiles import (
    BankProfile,
    Direction,
    Offices,
    Window,
    deadline_at,
    next_query_at,
    profile_on,
    sends_at,
    value_date,
)

MONDAY = date(2015, 5, 11)
SPRING = BankProfile(
    bank="ICBC",
    direction=Direction.COLLECT,
    channel="direct",
    effective_from=MONDAY,
    effective_until=date(2015, 9, 1),
    single_limit_fen=5_000_000,
    card_day_limit_fen=5_000_000,
    card_day_count=10,
    channel_day_limit_fen=100_000_000_000,
    maintenance=Window(opens=time(23, 45), closes=time(0, 10)),
    cut_off=time(23, 30),
    reply_deadline_s=30,
    query_schedule_s=(30, 60, 300, 1_800, 7_200, 21_600),
    dedupes_by_reference=True,
    not_found_is_final=False,
    late_execution_days=2,
    fee_fen=0,
    status="illustrative",
)
AUTUMN = replace(
    SPRING, effective_from=date(2015, 9, 1), effective_until=date.max, single_limit_fen=1_000_000
)


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (MONDAY, SPRING),
        (date(2015, 8, 31), SPRING),
        (date(2015, 9, 1), AUTUMN),
        (date(2015, 5, 10), None),
    ],
)
def test_the_row_in_force_counts_and_its_end_is_excluded(
    on: date, found: BankProfile | None
) -> None:
    rows = (SPRING, AUTUMN)

    assert profile_on(rows, bank="ICBC", direction=Direction.COLLECT, on=on) is found


def test_another_direction_has_its_own_rows() -> None:
    assert profile_on((SPRING,), bank="ICBC", direction=Direction.PAYOUT, on=MONDAY) is None


@pytest.mark.parametrize(
    ("hour", "minute", "waits_until"),
    [
        (23, 44, None),
        (23, 45, shanghai_at(date(2015, 5, 12), hour=0, minute=10)),
        (0, 9, shanghai_at(MONDAY, hour=0, minute=10)),
        (0, 10, None),
        (12, 0, None),
    ],
)
def test_maintenance_spans_midnight(hour: int, minute: int, waits_until: datetime | None) -> None:
    at = shanghai_at(MONDAY, hour=hour, minute=minute)

    assert sends_at(SPRING, at) == (waits_until or at)


def test_the_end_of_a_window_is_outside() -> None:
    night, lunch = SPRING.maintenance, Window(opens=time(12), closes=time(13))
    ends_at = shanghai_at(MONDAY, hour=0, minute=10)

    assert night is not None
    assert night.spans_midnight
    assert not night.covers(ends_at)
    assert night.end_after(ends_at - timedelta(seconds=1)).tzinfo is UTC
    assert not lunch.spans_midnight
    assert not lunch.covers(shanghai_at(MONDAY, hour=13))


def test_a_window_within_a_day_ends_the_same_day() -> None:
    lunch = replace(SPRING, maintenance=Window(opens=time(12), closes=time(13)))

    assert sends_at(lunch, shanghai_at(MONDAY, hour=12)) == shanghai_at(MONDAY, hour=13)
    assert sends_at(lunch, shanghai_at(MONDAY, hour=13)) == shanghai_at(MONDAY, hour=13)


def test_a_bank_without_maintenance_takes_orders_at_once() -> None:
    at = shanghai_at(MONDAY, hour=23, minute=50)

    assert sends_at(replace(SPRING, maintenance=None), at) == at


def test_from_the_cut_off_the_next_day_is_the_value_date() -> None:
    assert value_date(SPRING, shanghai_at(MONDAY, hour=23, minute=29)) == MONDAY
    assert value_date(SPRING, shanghai_at(MONDAY, hour=23, minute=30)) == date(2015, 5, 12)


def test_queries_follow_the_schedule_and_then_the_statement_decides() -> None:
    sent_at = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
    asked, waits = sent_at, []
    while (due_at := next_query_at(SPRING, sent_at=sent_at, after=asked)) is not None:
        waits.append((due_at - sent_at) // timedelta(seconds=1))
        asked = due_at

    assert waits == [30, 60, 300, 1_800, 7_200, 21_600]


def test_a_worker_that_slept_asks_once_and_goes_on_from_there() -> None:
    sent_at = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)

    woke_at = sent_at + timedelta(minutes=10)
    assert next_query_at(SPRING, sent_at=sent_at, after=woke_at) == sent_at + timedelta(minutes=30)
    on_time = sent_at + timedelta(minutes=30)
    assert next_query_at(SPRING, sent_at=sent_at, after=on_time) == sent_at + timedelta(hours=2)


def test_a_reply_is_awaited_for_thirty_seconds() -> None:
    sent_at = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)

    assert deadline_at(SPRING, sent_at=sent_at) == sent_at + timedelta(seconds=30)


def test_a_bank_that_is_down_is_called_when_it_may_be_up_and_out_of_maintenance() -> None:
    noon = shanghai_at(MONDAY, hour=12)
    one = shanghai_at(MONDAY, hour=13)
    late = shanghai_at(MONDAY, hour=23, minute=50)
    offices = Offices(
        channels={("ICBC", Direction.COLLECT): (SPRING,)}, numbers={"ICBC": 1}, down={"ICBC": one}
    )

    assert offices.profile("ICBC", Direction.COLLECT) is SPRING
    assert offices.profile("ICBC", Direction.PAYOUT) is None
    assert offices.sends_at(SPRING, at=noon) == one
    assert offices.sends_at(SPRING, at=late) == shanghai_at(date(2015, 5, 12), hour=0, minute=10)
    assert offices.reachable_at(replace(SPRING, bank="BOC"), at=noon) == noon
    assert offices.reachable_at(replace(SPRING, channel="aggregator"), at=noon) == noon
    assert offices.is_unwell(SPRING)
    assert offices.profile("ICBC", Direction.COLLECT, "aggregator") is None
