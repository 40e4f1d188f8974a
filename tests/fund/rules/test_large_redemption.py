"""A large redemption serves every order its part, and no unit is lost or invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoqi.fund.rules.large_redemption import (
    AcceptedBelowMinimum,
    GateRule,
    OtherFlows,
    RedemptionRequest,
    RequestOutcome,
    gate,
    pro_rata_e2,
)

ONE_MILLION_E2 = 100_000_000
REQUESTS = [
    RedemptionRequest(1, 10_000_000, defers=True),
    RedemptionRequest(2, 3_333_333, defers=True),
    RedemptionRequest(3, 1_666_667, defers=False),
]


def test_a_tenth_is_accepted_pro_rata_and_the_rest_waits_or_is_cancelled() -> None:
    outcome = gate(
        REQUESTS,
        previous_units_e2=ONE_MILLION_E2,
        others=OtherFlows(),
        rule=GateRule(threshold_bp=1_000, accept_bp=1_000),
    )

    assert outcome.is_large
    assert outcome.accepted_e2 == 10_000_000
    assert outcome.requests == (
        RequestOutcome(1, 6_666_667, 3_333_333, 0),
        RequestOutcome(2, 2_222_222, 1_111_111, 0),
        RequestOutcome(3, 1_111_111, 0, 555_556),
    )


def test_exactly_a_tenth_net_is_not_large() -> None:
    outcome = gate(
        REQUESTS,
        previous_units_e2=ONE_MILLION_E2,
        others=OtherFlows(
            purchased_e2=3_000_000, switched_in_e2=2_500_000, switched_out_e2=500_000
        ),
        rule=GateRule(threshold_bp=1_000, accept_bp=1_000),
    )

    assert (outcome.net_redemption_e2, outcome.is_large) == (10_000_000, False)
    assert outcome.accepted_e2 == 15_000_000


@pytest.mark.parametrize("accept_bp", [None, 5_000])
def test_a_manager_may_accept_everything(accept_bp: int | None) -> None:
    outcome = gate(
        REQUESTS,
        previous_units_e2=ONE_MILLION_E2,
        others=OtherFlows(),
        rule=GateRule(threshold_bp=1_000, accept_bp=accept_bp),
    )

    assert outcome.is_large
    assert outcome.accepted_e2 == 15_000_000


def test_a_manager_may_not_accept_less_than_the_threshold() -> None:
    with pytest.raises(AcceptedBelowMinimum):
        gate(
            REQUESTS,
            previous_units_e2=ONE_MILLION_E2,
            others=OtherFlows(),
            rule=GateRule(threshold_bp=1_000, accept_bp=999),
        )


def test_among_equal_remainders_the_lower_order_number_is_served() -> None:
    requests = [RedemptionRequest(number, 1, defers=True) for number in (9, 4, 7)]

    assert pro_rata_e2(requests, served_e2=1) == [0, 1, 0]


@pytest.mark.parametrize("units", [[], [0, 0]])
def test_nothing_requested_is_nothing_served(units: list[int]) -> None:
    requests = [RedemptionRequest(n, held, defers=True) for n, held in enumerate(units)]

    assert pro_rata_e2(requests, served_e2=0) == units


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=20), st.data())
def test_the_parts_add_up_and_none_exceeds_its_order(units: list[int], data: st.DataObject) -> None:
    requests = [RedemptionRequest(n, held, defers=True) for n, held in enumerate(units)]
    served_e2 = data.draw(st.integers(0, sum(units)))

    parts = pro_rata_e2(requests, served_e2=served_e2)

    assert sum(parts) == served_e2
    assert all(0 <= part <= held for part, held in zip(parts, units, strict=True))
