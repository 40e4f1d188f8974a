"""An income is explained with every figure that it takes to recompute it."""

import pytest

from huoqi.fund.rules.allocation import FundDayRow, Mode, income_of
from huoqi.fund.rules.explain import explain_income

ROW = FundDayRow(Mode.RATE, 1, 136_920, 10**9, theta=399_954_360, tie_account=3)


def test_ten_thousand_units_get_the_odd_fen() -> None:
    told = explain_income(1_000_000, account_no=2, row=ROW)

    assert (told.product_e9_fen, told.floor_fen, told.remainder) == (
        136_920_000_000,
        136,
        920000000,
    )
    assert (told.plus_one_fen, told.income_fen) == (True, 137)
    assert told.income_per_10k_e5 == 136_920


def test_an_explanation_carries_what_went_into_it() -> None:
    told = explain_income(1_000_000, account_no=2, row=ROW)

    assert (told.account_no, told.units_e2, told.mode, told.sign) == (2, 1_000_000, Mode.RATE, 1)
    assert (told.numerator, told.denominator) == (136_920, 10**9)
    assert (told.theta, told.tie_account) == (399_954_360, 3)


@pytest.mark.parametrize(("account_no", "plus_one_fen"), [(3, True), (4, False)])
def test_at_the_threshold_the_account_number_decides(account_no: int, plus_one_fen: bool) -> None:
    told = explain_income(3_333_333, account_no=account_no, row=ROW)

    assert told.remainder == ROW.theta
    assert told.plus_one_fen is plus_one_fen


def test_a_negative_day_explains_magnitudes_and_turns_the_sign() -> None:
    loss = FundDayRow(Mode.RATE, -1, 62_280, 10**9, theta=599_979_240, tie_account=3)

    told = explain_income(10_000, account_no=1, row=loss)

    assert (told.floor_fen, told.plus_one_fen, told.income_fen) == (0, True, -1)
    assert told.income_per_10k_e5 == -62_280
    assert told.income_fen == income_of(10_000, account_no=1, row=loss)


def test_a_shared_total_has_no_rate() -> None:
    shared = FundDayRow(Mode.RATIO, 1, 3, 35_000_000, theta=25_000_000, tie_account=2)

    told = explain_income(20_000_000, account_no=2, row=shared)

    assert (told.income_per_10k_e5, told.product_e9_fen) == (None, None)
    assert (told.product, told.income_fen) == (60_000_000, 2)
