"""Replaying a fund's published days: what is read, how totals are split, and that all books tie."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.close.platform import Platform
from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.rules.csv_table import BadNumber
from huoqi.fund.rules.published_days import MissingDay
from huoqi.sandbox.opening import first_morning
from huoqi.sandbox.replay import begins_on, replay, replay_database
from huoqi.sandbox.replay_flows import (
    MAGIC_ENDINGS,
    FlowsExceedHoldings,
    purchase_parts,
    redemption_parts,
    uneven_weights,
)
from huoqi.sandbox.replay_input import (
    FlowsMissDay,
    IncomeMissing,
    NothingToReplay,
    read_input,
)
from huoqi.sandbox.replay_report import report_of

OpenAt = Callable[[str], Platform]
FIRST = date(2013, 9, 16)  # a Monday before the mid-autumn holiday of the 19th to the 21st
DAYS = 12


def incomes(days: int = DAYS) -> str:
    lines = [f"{FIRST + timedelta(days=n)},1.{2_345 + 7 * n}" for n in range(days)]
    return "\n".join(["date,income_per_10k", *lines])


def flows(days: int = DAYS) -> str:
    head = (
        "date,tBalance,yBalance,total_purchase_amt,direct_purchase_amt,total_redeem_amt,share_amt"
    )
    lines, opening = [head], 5_000_013
    for n in range(days):
        bought, redeemed, shared = 300_013 + 1_117 * n, 110_000 + 29 * n, 640
        closing = opening + bought + shared - redeemed
        on = FIRST + timedelta(days=n)
        lines.append(f"{on},{closing},{opening},{bought + shared},{bought},{redeemed},{shared}")
        opening = closing
    return "\n".join(lines)


@given(
    total_fen=st.integers(0, 10**12),
    weights=st.lists(st.integers(1, 10**6), min_size=1, max_size=30),
)
def test_purchases_add_up_to_the_fen_and_trigger_no_magic(
    total_fen: int, weights: list[int]
) -> None:
    parts = purchase_parts(total_fen, weights=weights)

    assert sum(amount for _, amount in parts) == total_fen
    assert all(amount > 0 and amount % 100 not in MAGIC_ENDINGS for _, amount in parts)


@given(
    held=st.lists(st.integers(0, 10**9), min_size=1, max_size=40),
    share_pct=st.integers(0, 100),
    seed=st.integers(0, 9),
)
def test_redemptions_add_up_and_take_from_nobody_more_than_is_held(
    held: list[int], share_pct: int, seed: int
) -> None:
    held_fen = dict(enumerate(held))
    total_fen = sum(held) * share_pct // 100
    order = Random(seed).sample(range(len(held)), len(held))

    parts = redemption_parts(total_fen, held_fen=held_fen, order=order, least=2)

    assert sum(amount for _, amount in parts) == total_fen
    assert all(0 < amount <= held_fen[holder] for holder, amount in parts)


def test_taking_out_more_than_is_confirmed_is_refused() -> None:
    with pytest.raises(FlowsExceedHoldings):
        redemption_parts(101, held_fen={0: 100}, order=[0], least=1)


def test_weights_come_from_the_seed() -> None:
    assert uneven_weights(5, chance=Random("a")) == uneven_weights(5, chance=Random("a"))


def test_the_opening_balance_is_bought_a_trading_day_before_the_first_income() -> None:
    read = read_input(incomes(), None, customers=10)
    saturday = read_input("date,income_per_10k\n2013-09-14,1.2", None, customers=10)

    assert begins_on(read, calendar=xshg()) == date(2013, 9, 13)
    assert begins_on(saturday, calendar=xshg()) == date(2013, 9, 12)


@pytest.mark.parametrize(
    ("income_csv", "flows_csv", "refusal"),
    [
        ("date,income_per_10k", None, NothingToReplay),
        ("date,income_per_10k\n2013-09-16,", None, IncomeMissing),
        ("date,income_per_10k\n2013-09-16,x", None, BadNumber),
        ("date,income_per_10k\n2013-09-16,1.2\n2013-09-18,1.2", None, MissingDay),
        (incomes(), flows(3), FlowsMissDay),
    ],
)
def test_bad_tables_are_refused_before_anything_is_made(
    income_csv: str, flows_csv: str | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        read_input(income_csv, flows_csv, customers=10)


def replayed(platform: Platform, open_at: OpenAt, flows_csv: str | None) -> Mapping[str, object]:
    first_morning(platform, seed=20150511)
    given_ = read_input(incomes(), flows_csv, customers=25)
    with replay_database(platform, open_at) as own:
        run = replay(own, given_, customers=25)
        with own.database.work() as work:
            return report_of(work, run)


def test_every_day_of_a_replay_closes_and_four_books_tie(
    platform: Platform, open_at: OpenAt
) -> None:
    report = replayed(platform, open_at, flows())

    assert (report["days"], report["days_closed"], report["ties"]) == (DAYS, DAYS, True)
    assert report["differences"] == {
        "largest_fen": {"ledger": 0, "holdings": 0, "manager": 0},
        "days_with_difference": [],
    }
    orders = cast(Mapping[str, object], report["orders"])
    assert orders["bought_fen"] == orders["file_bought_fen"]
    assert orders["redeemed_fen"] == orders["file_redeemed_fen"]
    assert report["import_check"] == {"has_flows": True, "breaks": []}


def test_without_flows_they_are_made_up(platform: Platform, open_at: OpenAt) -> None:
    report = replayed(platform, open_at, None)

    assert (report["ties"], report["distance_to_file"]) == (True, None)
