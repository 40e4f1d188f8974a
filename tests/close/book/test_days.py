"""A kept book gives what the scalar rule gives, however it is divided, and leaves nothing over."""

import itertools
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.close.book import UnitsBelowZero
from huoqi.close.book.days import DayOutOfOrder, IncomeExceedsUnits
from huoqi.close.book.generations import NoBook, in_force
from huoqi.close.book.journals import Figures
from huoqi.close.rules import selection
from huoqi.fund.rules.allocation import Holding, Mode, allocate_day
from huoqi.fund.rules.rollforward import Anchor, DayFacts, roll_forward
from tests.close.kept_books import (
    NEXT,
    OPENED,
    Holders,
    closed,
    founded,
    random_holders,
    rows_of,
    told,
)

A1 = [10_000, 1_000_000, 3_333_333, 1, 7_304, 7_305, 12_345_678, 9_999_999_999]
RATE_E5 = 136_920

books = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 10**13) | st.integers(0, 300)),
    min_size=1,
    max_size=40,
    unique_by=lambda pair: pair[0],
)
purchases = st.lists(st.tuples(st.integers(1, 90), st.integers(0, 10**10)), max_size=20)


def test_the_worked_example_is_allocated_to_the_fen(tmp_path: Path) -> None:
    founded(tmp_path, list(enumerate(A1, start=1)))
    told(tmp_path, [], Figures(RATE_E5))

    generation = closed(tmp_path)

    incomes = [income for _, income in rows_of(tmp_path, generation).values()]
    assert incomes == [1, 137, 457, 0, 1, 1, 1690, 1369200]
    assert generation.row is not None
    assert (generation.row.theta, generation.row.tie_account) == (399_954_360, 3)
    assert generation.totals.income_fen == 1_371_487
    assert generation.totals.residual_fen == 3


@settings(max_examples=40, deadline=None)
@given(books, purchases, st.integers(-(10**6), 10**6), st.integers(-3, 3) | st.none())
def test_a_random_day_is_that_of_the_scalar_rule(
    holders: Holders, changes: Holders, rate_e5: int, off_fen: int | None
) -> None:
    earning = dict(holders)
    for account, delta_e2 in changes:
        earning[account] = earning.get(account, 0) + delta_e2
    units_e2 = sum(earning.values())
    fund_fen = None if off_fen is None else abs(rate_e5) * units_e2 // 10**9 + off_fen
    if fund_fen is not None and (units_e2 == 0 or not 0 <= fund_fen <= units_e2):
        fund_fen = None
    elif fund_fen is not None and rate_e5 < 0:
        fund_fen = -fund_fen
    holdings = [Holding(*pair) for pair in sorted(earning.items())]
    expected = allocate_day(holdings, income_per_10k_e5=rate_e5, fund_income_fen=fund_fen)
    digests = []
    for parts in (1, 3):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            founded(folder, holders, parts=parts)
            told(folder, changes, Figures(rate_e5, fund_fen))
            generation = closed(folder)
            rows = rows_of(folder, generation)
        assert generation.row == expected.row
        assert generation.totals.income_fen == expected.totals.total_income_fen
        incomes = [rows[holding.account_no][1] for holding in holdings]
        assert tuple(incomes) == expected.incomes_fen
        assert sum(incomes) == expected.totals.total_income_fen
        digests.append(rows)
    assert digests[0] == digests[1]


def test_many_days_are_those_of_the_roll_forward(tmp_path: Path) -> None:
    dice = np.random.default_rng(7)
    holders = random_holders(dice, 200)
    founded(tmp_path, holders, parts=4)
    published = {}
    for number in range(10):
        on = OPENED + timedelta(days=number + 1)
        told(tmp_path, [], Figures(int(dice.integers(-50_000, 200_000))), on=on)
        generation = closed(tmp_path, on=on)
        assert generation.row is not None
        published[on] = generation.row
    rows, facts = rows_of(tmp_path, in_force(tmp_path)), DayFacts(published)
    until = in_force(tmp_path).on + timedelta(days=1)
    for account, units_e2 in holders:
        anchor = Anchor(account, NEXT, units_e2)
        rolled = roll_forward(anchor, until=until, events=[], facts=facts)
        assert rows[account] == (rolled.units_e2, rolled.days[-1].income_fen)


def test_many_equal_remainders_are_told_apart_by_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "LISTED", 10)
    founded(tmp_path, [(account, 10_050) for account in range(1, 3_001)], parts=3)
    told(tmp_path, [], Figures(RATE_E5))

    generation = closed(tmp_path)

    holdings = [Holding(account, 10_050) for account in range(1, 3_001)]
    assert generation.row == allocate_day(holdings, income_per_10k_e5=RATE_E5).row


def test_a_total_that_the_rate_cannot_give_is_shared_by_ratio(tmp_path: Path) -> None:
    founded(tmp_path, [(1, 10**14), (2, 3 * 10**13), (3, 7)])
    told(tmp_path, [], Figures(RATE_E5, 17_799_999_999))

    generation = closed(tmp_path)

    assert generation.row is not None
    assert generation.row.mode is Mode.RATIO
    assert generation.totals.income_fen == 17_799_999_999


def test_accepted_figures_replace_the_formula(tmp_path: Path) -> None:
    founded(tmp_path, list(enumerate(A1, start=1)), parts=3)
    told(tmp_path, [], Figures(RATE_E5, None, ((8, 1_369_199), (2, 140))))

    generation = closed(tmp_path)

    rows = rows_of(tmp_path, generation)
    assert rows[2] == (1_000_140, 140)
    assert rows[8] == (9_999_999_999 + 1_369_199, 1_369_199)
    assert generation.totals.income_fen == 1_371_487 - 1 + 3


def test_who_comes_late_with_a_low_number_is_found_again(tmp_path: Path) -> None:
    founded(tmp_path, [(5, 100), (9, 100)])
    days_of_changes: list[Holders] = [[(3, 50), (20, 7)], [(3, 1), (4, 2)], [(4, 1), (20, 1)]]
    for number, changes in enumerate(days_of_changes, start=1):
        on = OPENED + timedelta(days=number)
        told(tmp_path, changes, Figures(0), on=on)
        closed(tmp_path, on=on)

    rows = rows_of(tmp_path, in_force(tmp_path))
    assert {account: units for account, (units, _) in rows.items()} == {
        3: 51,
        4: 3,
        5: 100,
        9: 100,
        20: 8,
    }


def test_units_below_zero_name_the_account_and_change_nothing(tmp_path: Path) -> None:
    before = founded(tmp_path, [(5, 100), (9, 100)])
    told(tmp_path, [(9, -101)], Figures(RATE_E5))

    with pytest.raises(UnitsBelowZero) as refused:
        closed(tmp_path)

    assert refused.value == UnitsBelowZero(customer_no=9, units_e2=-1)
    assert in_force(tmp_path) == before


def test_days_follow_each_other(tmp_path: Path) -> None:
    founded(tmp_path, [(5, 100)])

    with pytest.raises(DayOutOfOrder):
        closed(tmp_path, on=NEXT + timedelta(days=1))


def test_a_closed_day_is_closed_once(tmp_path: Path) -> None:
    founded(tmp_path, [(5, 100)])
    told(tmp_path, [], Figures(RATE_E5))

    assert closed(tmp_path) == closed(tmp_path)


def test_two_who_close_the_same_day_close_it_once(tmp_path: Path) -> None:
    founded(tmp_path, [(account, 1_000) for account in range(1, 200)], parts=3)
    told(tmp_path, [(7, 5), (900, 3)], Figures(RATE_E5))

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(closed, [tmp_path, tmp_path])

    assert first == second == in_force(tmp_path)
    assert len(rows_of(tmp_path, first)) == 200


def test_nobody_earns_more_than_all_have(tmp_path: Path) -> None:
    founded(tmp_path, [(5, 100)])
    told(tmp_path, [], Figures(RATE_E5, 101))

    with pytest.raises(IncomeExceedsUnits):
        closed(tmp_path)


def test_a_folder_without_a_book_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoBook):
        in_force(tmp_path)


def test_blocks_are_of_no_consequence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(11)
    holders, figures = random_holders(dice, 500), Figures(RATE_E5)
    changes = [(account, 5) for account, _ in itertools.islice(holders, 0, None, 7)] + [(7_000, 3)]
    found = []
    for rows in (1 << 18, 64):
        for module in ("days", "parts", "founding"):
            name = f"huoqi.close.book.{module}.BLOCK_ROWS"
            monkeypatch.setattr(name, rows, raising=False)
        founded(tmp_path, holders, parts=2)
        told(tmp_path, changes, figures)
        generation = closed(tmp_path)
        found.append((generation.row, generation.totals, rows_of(tmp_path, generation)))
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
    assert found[0] == found[1]
