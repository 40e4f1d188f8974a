"""The daily rhythm: what falls due next, in which order, and what waits for what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huoqi.close.rules.due import (
    FUND_KINDS,
    MOMENTS,
    Cursor,
    Due,
    Kind,
    cursor_at_start,
    fund_dues,
    moments_after,
    upcoming,
)
from huoqi.kit.dates import SHANGHAI, shanghai_at

MONDAY = date(2015, 5, 11)
TUESDAY, FRIDAY, SATURDAY = date(2015, 5, 12), date(2015, 5, 15), date(2015, 5, 16)


@dataclass(frozen=True)
class Weekdays:
    """Every Monday to Friday trades."""

    last_loaded_on: date = date(2015, 12, 31)

    def is_trading_day(self, on: date) -> bool:
        return on.weekday() < 5

    def next_trading_day(self, on: date) -> date:
        step = on + timedelta(days=1)
        return step if self.is_trading_day(step) else self.next_trading_day(step)


WEEKDAYS = Weekdays()


def done(until: date, **others: date) -> dict[Kind, date]:
    """Return all kinds done until one date, but for those named."""
    kinds = dict.fromkeys(FUND_KINDS, until)
    return {**kinds, **{Kind(name): on for name, on in others.items()}}


def lines(dues: list[Due]) -> list[str]:
    """Return due things as "MM-DD HH:MM kind day", Shanghai time."""
    return [
        f"{due.at.astimezone(SHANGHAI):%m-%d %H:%M} {due.kind} {due.on or ''}".strip()
        for due in dues
    ]


def dues_of(done_on: Mapping[Kind, date], **again_at: datetime) -> list[str]:
    """Return the next dues of a fund."""
    again = {Kind(name): at for name, at in again_at.items()}
    return lines(fund_dues(Cursor("990001", done_on, again), sessions=WEEKDAYS))


def test_a_fund_that_begins_on_a_monday_goes_through_the_daily_rhythm() -> None:
    cursor = cursor_at_start("990001", at=shanghai_at(MONDAY, hour=8))

    assert lines(fund_dues(cursor, sessions=WEEKDAYS)) == [
        "05-11 09:00 confirmations 2015-05-11",
        "05-11 15:05 orders_out 2015-05-11",
        "05-12 00:05 transfers 2015-05-11",
        "05-12 01:30 income 2015-05-11",
        "05-12 02:00 close 2015-05-11",
    ]


def test_on_a_weekend_only_income_and_close_are_due() -> None:
    assert dues_of(done(FRIDAY)) == [
        "05-17 00:05 transfers 2015-05-16",
        "05-17 01:30 income 2015-05-16",
        "05-17 02:00 close 2015-05-16",
        "05-18 09:00 confirmations 2015-05-18",
        "05-18 15:05 orders_out 2015-05-18",
    ]


def test_a_close_waits_for_late_income() -> None:
    late = shanghai_at(TUESDAY, hour=4, minute=15)

    assert dues_of(done(date(2015, 5, 10), confirmations=MONDAY), income=late)[2:4] == [
        "05-12 04:15 income 2015-05-11",
        "05-12 04:15 close 2015-05-11",
    ]


def test_a_close_waits_for_late_confirmations_of_its_day() -> None:
    late = shanghai_at(TUESDAY, hour=9, minute=30)
    before = date(2015, 5, 10)

    assert dues_of(done(MONDAY, confirmations=before, close=before), confirmations=late)[:2] == [
        "05-12 09:30 confirmations 2015-05-11",
        "05-12 09:30 close 2015-05-11",
    ]


def test_a_close_does_not_wait_for_the_confirmations_of_a_later_day() -> None:
    assert "05-16 02:00 close 2015-05-15" in dues_of(done(date(2015, 5, 14), confirmations=FRIDAY))


def test_income_that_came_before_its_close_does_not_hold_it_up() -> None:
    dues = dues_of(done(date(2015, 5, 10), income=MONDAY, confirmations=MONDAY))

    assert "05-12 02:00 close 2015-05-11" in dues


def test_the_income_is_not_asked_for_before_the_manager_knows_the_transfers() -> None:
    late = shanghai_at(TUESDAY, hour=1, minute=45)
    before = date(2015, 5, 10)

    dues = dues_of(done(before, confirmations=MONDAY), transfers=late)
    told = dues_of(done(before, confirmations=MONDAY, transfers=MONDAY))

    assert dues[1:3] == [
        "05-12 01:45 transfers 2015-05-11",
        "05-12 01:45 income 2015-05-11",
    ]
    assert "05-12 01:30 income 2015-05-11" in told


def test_a_blocked_close_is_tried_again_later() -> None:
    again = shanghai_at(TUESDAY, hour=3)

    dues = dues_of(done(date(2015, 5, 10), income=MONDAY, confirmations=MONDAY), close=again)

    assert "05-12 03:00 close 2015-05-11" in dues


def test_a_seal_that_lacks_a_signer_is_asked_for_again() -> None:
    again = shanghai_at(TUESDAY, hour=3)
    until = done(MONDAY)

    assert "05-12 03:00 seal 2015-05-12" in dues_of(done(MONDAY, seal=MONDAY), seal=again)
    assert not any("seal" in line for line in dues_of(until))


def test_beyond_the_calendar_no_session_is_guessed() -> None:
    short = Weekdays(last_loaded_on=SATURDAY)
    cursor = Cursor("990001", done(FRIDAY))
    at_the_end = Cursor("990001", done(SATURDAY))

    for known in (cursor, at_the_end):
        kinds = [due.kind for due in fund_dues(known, sessions=short)]
        assert kinds == [Kind.TRANSFERS, Kind.INCOME, Kind.CLOSE]
    assert lines(moments_after(shanghai_at(SATURDAY, hour=10), sessions=short)) == [
        "05-17 00:00 quota_reset 2015-05-17"
    ]


def test_moments_are_the_next_midnight_and_the_next_cut_off() -> None:
    before = lines(moments_after(shanghai_at(FRIDAY, hour=14, minute=59), sessions=WEEKDAYS))
    at_cut_off = lines(moments_after(shanghai_at(FRIDAY, hour=15), sessions=WEEKDAYS))

    assert before == ["05-16 00:00 quota_reset 2015-05-16", "05-15 15:00 cut_off 2015-05-15"]
    assert at_cut_off == ["05-16 00:00 quota_reset 2015-05-16", "05-18 15:00 cut_off 2015-05-18"]
    assert {Kind.QUOTA_RESET, Kind.CUT_OFF} == MOMENTS


def test_at_one_instant_the_sequence_number_decides_then_the_name() -> None:
    at = shanghai_at(TUESDAY, hour=2)
    shuffled = [
        Due(at, Kind.ORDERS_OUT),
        Due(at, Kind.CLOSE, "990002"),
        Due(at, Kind.CLOSE, "990001"),
        Due(at, Kind.PAYMENT),
        Due(at - timedelta(minutes=1), Kind.CUT_OFF),
    ]

    found = [(due.kind.value, due.detail) for due in upcoming(shuffled, limit=4)]

    assert found == [("cut_off", ""), ("payment", ""), ("close", "990001"), ("close", "990002")]


def test_nothing_is_asked_of_the_manager_before_it_knows_the_fast_transfers() -> None:
    # Nobody answered since Saturday; the transfers are asked for again last of all.
    at = shanghai_at(TUESDAY + timedelta(days=7), hour=2)
    again = {"transfers": at + timedelta(minutes=5), "confirmations": at}
    done_on = done(SATURDAY, confirmations=FRIDAY, orders_out=FRIDAY, income=FRIDAY)

    found = dues_of(done_on, **again)

    assert found[:2] == [
        "05-18 15:05 orders_out 2015-05-18",
        "05-19 02:05 transfers 2015-05-17",
    ]
    assert sorted(found[2:]) == [
        "05-19 02:05 close 2015-05-17",
        "05-19 02:05 confirmations 2015-05-18",
        "05-19 02:05 income 2015-05-16",
    ]
