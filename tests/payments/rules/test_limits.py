"""Limits are checked in one order, and each refusal carries what the customer needs."""

from dataclasses import replace
from datetime import date

import pytest

from huoqi.kit.errors import DomainError
from huoqi.payments.rules.limits import (
    AmountNotPositive,
    CardDayCount,
    CardDayLimit,
    ChannelDayLimit,
    SingleLimit,
    Used,
    check_limits,
)
from tests.payments.rules.test_bank_profiles import MONDAY, SPRING

PROFILE = replace(SPRING, card_day_limit_fen=8_000_000)


def refusal_of(amount_fen: int, used: Used) -> type[DomainError] | None:
    try:
        check_limits(PROFILE, amount_fen=amount_fen, used=used, on=MONDAY)
    except DomainError as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize(
    ("amount_fen", "used", "refusal"),
    [
        (5_000_000, Used(), None),
        (5_000_001, Used(card_count=10), SingleLimit),
        (5_000_000, Used(card_fen=3_000_000), None),
        (5_000_000, Used(card_fen=3_000_001, card_count=10), CardDayLimit),
        (1, Used(card_count=9), None),
        (1, Used(card_count=10, channel_fen=100_000_000_000), CardDayCount),
        (1, Used(channel_fen=99_999_999_999), None),
        (1, Used(channel_fen=100_000_000_000), ChannelDayLimit),
        (0, Used(), AmountNotPositive),
    ],
)
def test_the_first_limit_that_breaks_is_told(
    amount_fen: int, used: Used, refusal: type[DomainError] | None
) -> None:
    assert refusal_of(amount_fen, used) is refusal


def test_the_day_limit_tells_limit_used_and_reset() -> None:
    with pytest.raises(CardDayLimit) as refused:
        check_limits(
            PROFILE, amount_fen=3_000_000, used=Used(card_fen=6_000_000), on=date(2015, 5, 31)
        )

    assert refused.value.params == {
        "limit_fen": 8_000_000,
        "used_fen": 6_000_000,
        "resets_at": "2015-05-31T16:00:00+00:00",
    }


def test_every_other_limit_tells_what_it_is() -> None:
    resets_at = "2015-05-11T16:00:00+00:00"

    with pytest.raises(SingleLimit) as single:
        check_limits(PROFILE, amount_fen=5_000_001, used=Used(), on=MONDAY)
    with pytest.raises(CardDayCount) as count:
        check_limits(PROFILE, amount_fen=1, used=Used(card_count=10), on=MONDAY)
    with pytest.raises(ChannelDayLimit) as channel:
        check_limits(PROFILE, amount_fen=1, used=Used(channel_fen=100_000_000_000), on=MONDAY)

    assert single.value.params == {"limit_fen": 5_000_000}
    assert count.value.params == {"limit_count": 10, "resets_at": resets_at}
    assert channel.value.params == {"bank": "ICBC", "resets_at": resets_at}


def test_each_order_adds_to_the_use_of_card_and_channel() -> None:
    assert Used().plus(250).plus(50) == Used(card_fen=300, card_count=2, channel_fen=300)
