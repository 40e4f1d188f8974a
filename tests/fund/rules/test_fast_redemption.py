"""Fast redemption says yes within the day's limits, and why not beyond them."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from huoqi.fund.rules.fast_redemption import (
    AdvanceLineExhausted,
    FastCapReached,
    FastCountReached,
    FastLimits,
    FastPosition,
    FastRedemptionNotOffered,
    InsufficientUnits,
    QuotaLeft,
    fast_limits_on,
    give_back,
    quota_key,
    quota_left,
    redeem_fast,
)
from huoqi.kit.errors import DomainError

OF_2015 = FastLimits(date(2015, 5, 11), date(2018, 6, 1), max_count=3, max_amount_fen=6_000_000)
OF_2018 = FastLimits(date(2018, 6, 1), None, max_count=None, max_amount_fen=1_000_000)
DATED = [OF_2015, OF_2018]
RICH = FastPosition(20_000_000, used_count=0, used_fen=0, line_left_fen=None)


def test_three_of_twenty_thousand_use_up_both_limits_and_the_count_is_named_first() -> None:
    position = RICH
    for _ in range(3):
        position = redeem_fast(2_000_000, position=position, limits=OF_2015)

    with pytest.raises(FastCountReached):
        redeem_fast(1, position=position, limits=OF_2015)
    assert quota_left(position, limits=OF_2015) == QuotaLeft(count=0, amount_fen=0)


def test_one_fen_beyond_the_sum_is_refused_with_what_is_left() -> None:
    position = redeem_fast(5_000_000, position=RICH, limits=OF_2015)

    with pytest.raises(FastCapReached) as refused:
        redeem_fast(1_000_001, position=position, limits=OF_2015)

    assert refused.value.params == {"max_amount_fen": 6_000_000, "left_fen": 1_000_000}


def test_of_two_times_six_thousand_under_ten_thousand_one_is_accepted() -> None:
    position = redeem_fast(600_000, position=RICH, limits=OF_2018)

    with pytest.raises(FastCapReached):
        redeem_fast(600_000, position=position, limits=OF_2018)
    assert quota_left(position, limits=OF_2018) == QuotaLeft(count=None, amount_fen=400_000)


def test_more_than_the_available_units_is_refused_first() -> None:
    poor = FastPosition(500_000, used_count=3, used_fen=6_000_000, line_left_fen=0)

    with pytest.raises(InsufficientUnits):
        redeem_fast(500_001, position=poor, limits=OF_2015)


def test_the_advance_line_goes_to_zero_and_not_below() -> None:
    lined = FastPosition(20_000_000, used_count=0, used_fen=0, line_left_fen=3_000_000)
    position = redeem_fast(2_000_000, position=lined, limits=OF_2015)

    with pytest.raises(AdvanceLineExhausted):
        redeem_fast(1_000_001, position=position, limits=OF_2015)
    assert redeem_fast(1_000_000, position=position, limits=OF_2015).line_left_fen == 0


@pytest.mark.parametrize("line_left_fen", [None, 6_000_000])
def test_a_failed_payout_gives_everything_back(line_left_fen: int | None) -> None:
    before = FastPosition(20_000_000, used_count=1, used_fen=100, line_left_fen=line_left_fen)

    after = redeem_fast(5_000_000, position=before, limits=OF_2015)

    assert give_back(5_000_000, position=after) == before


def test_no_limit_of_any_kind_lets_everything_through() -> None:
    free = FastLimits(date(2015, 5, 11), None, max_count=None, max_amount_fen=None)

    position = redeem_fast(20_000_000, position=RICH, limits=free)

    assert position.available_units_e2 == 0
    assert quota_left(position, limits=free) == QuotaLeft(None, None)


def test_the_regime_changes_at_midnight_in_shanghai() -> None:
    assert fast_limits_on(date(2018, 5, 31), dated=DATED) is OF_2015
    assert fast_limits_on(date(2018, 6, 1), dated=DATED) is OF_2018
    at = datetime.fromisoformat("2018-05-31T16:00:00+00:00")
    assert quota_key(at, investor="I1", fund="F1", distributor="D1").on == date(2018, 6, 1)


def test_a_quota_belongs_to_investor_fund_distributor_and_day() -> None:
    at = datetime.fromisoformat("2018-05-31T15:59:59+00:00")

    key = quota_key(at, investor="I1", fund="F1", distributor="D1")

    assert key == ("I1", "F1", "D1", date(2018, 5, 31))


def test_a_refusal_tells_the_figure_that_stood_in_the_way() -> None:
    spent = FastPosition(500_000, used_count=3, used_fen=100, line_left_fen=None)
    over = FastPosition(500_000, used_count=0, used_fen=7_000_000, line_left_fen=None)
    lined = FastPosition(500_000, used_count=0, used_fen=0, line_left_fen=42)

    assert _refusal(500_001, spent) == {"available_units_e2": 500_000}
    assert _refusal(1, spent) == {"max_count": 3}
    assert _refusal(1, over) == {"max_amount_fen": 6_000_000, "left_fen": 0}
    assert _refusal(43, lined) == {"line_left_fen": 42}


def _refusal(amount_fen: int, position: FastPosition) -> dict[str, object]:
    with pytest.raises(DomainError) as refused:
        redeem_fast(amount_fen, position=position, limits=OF_2015)
    return dict(refused.value.params)


def test_the_first_and_only_one_of_a_day_can_be_given_back() -> None:
    one = redeem_fast(5_000_000, position=RICH, limits=OF_2015)

    assert give_back(5_000_000, position=one) == RICH


def test_what_was_never_taken_is_not_given_back() -> None:
    with pytest.raises(AssertionError):
        give_back(100, position=replace(RICH, used_fen=100))
    with pytest.raises(AssertionError):
        give_back(101, position=replace(RICH, used_count=1, used_fen=100))
    with pytest.raises(AssertionError):
        redeem_fast(0, position=RICH, limits=OF_2015)


def test_before_the_first_rule_nothing_is_offered() -> None:
    with pytest.raises(FastRedemptionNotOffered) as refused:
        fast_limits_on(date(2015, 5, 10), dated=DATED)

    assert refused.value.params == {"on": "2015-05-10"}
