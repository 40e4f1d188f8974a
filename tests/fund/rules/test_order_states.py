"""Every order has one life, and nothing else can happen to it."""

from functools import reduce
from itertools import product

import pytest

from huoqi.fund.rules.order_states import (
    PURCHASE_LIFE,
    PURCHASE_WAITS_FOR,
    REDEMPTION_LIFE,
    REDEMPTION_WAITS_FOR,
    OrderEventRefused,
    Party,
    PurchaseEvent,
    PurchaseState,
    RedemptionEvent,
    RedemptionState,
    is_final,
    next_purchase_state,
    next_redemption_state,
)


def _purchase(*events: PurchaseEvent) -> PurchaseState:
    return reduce(
        lambda state, event: next_purchase_state(state, event=event), events, PurchaseState.PLACED
    )


def _redemption(*events: RedemptionEvent) -> RedemptionState:
    return reduce(
        lambda state, event: next_redemption_state(state, event=event),
        events,
        RedemptionState.PLACED,
    )


def test_a_purchase_goes_from_placed_to_earning() -> None:
    state = _purchase(
        PurchaseEvent.PAYMENT_SUCCEEDED,
        PurchaseEvent.SENT_TO_MANAGER,
        PurchaseEvent.MANAGER_CONFIRMED,
        PurchaseEvent.EARNING_BEGAN,
    )

    assert state is PurchaseState.EARNING


def test_a_refused_purchase_is_refunded() -> None:
    state = _purchase(
        PurchaseEvent.PAYMENT_SUCCEEDED,
        PurchaseEvent.SENT_TO_MANAGER,
        PurchaseEvent.MANAGER_REFUSED,
        PurchaseEvent.MONEY_RETURNED,
    )

    assert state is PurchaseState.REFUNDED
    assert is_final(state)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_partly_confirmed_purchase_earns_and_gets_the_rest_back(order: tuple[int, int]) -> None:
    last = (PurchaseEvent.MONEY_RETURNED, PurchaseEvent.EARNING_BEGAN)

    state = _purchase(
        PurchaseEvent.PAYMENT_SUCCEEDED,
        PurchaseEvent.SENT_TO_MANAGER,
        PurchaseEvent.MANAGER_CONFIRMED_PARTLY,
        *(last[place] for place in order),
    )

    assert state is PurchaseState.EARNING


def test_a_sent_purchase_can_no_longer_be_cancelled() -> None:
    with pytest.raises(OrderEventRefused) as refused:
        next_purchase_state(PurchaseState.SENT, event=PurchaseEvent.CANCELLED_BEFORE_CUT_OFF)

    assert refused.value.params == {"state": "sent", "event": "cancelled_before_cut_off"}


def test_a_normal_redemption_goes_from_placed_to_paid_out() -> None:
    state = _redemption(
        RedemptionEvent.ACCEPTED_BY_US,
        RedemptionEvent.SENT_TO_MANAGER,
        RedemptionEvent.UNITS_LEFT,
        RedemptionEvent.PAYOUT_SUCCEEDED,
    )

    assert state is RedemptionState.PAID_OUT
    assert is_final(state)


def test_a_fast_redemption_is_confirmed_without_the_manager() -> None:
    state = _redemption(RedemptionEvent.ACCEPTED_BY_US, RedemptionEvent.UNITS_LEFT)

    assert state is RedemptionState.CONFIRMED
    assert REDEMPTION_WAITS_FOR[state] is Party.YOUR_BANK


def test_a_deferred_redemption_is_sent_again() -> None:
    state = _redemption(
        RedemptionEvent.ACCEPTED_BY_US,
        RedemptionEvent.SENT_TO_MANAGER,
        RedemptionEvent.MANAGER_DEFERRED,
        RedemptionEvent.SENT_TO_MANAGER,
    )

    assert state is RedemptionState.SENT


def test_every_pair_of_a_purchase_is_decided() -> None:
    for state, event in product(PurchaseState, PurchaseEvent):
        if (state, event) in PURCHASE_LIFE:
            assert next_purchase_state(state, event=event) is PURCHASE_LIFE[state, event]
        else:
            with pytest.raises(OrderEventRefused):
                next_purchase_state(state, event=event)


def test_every_pair_of_a_redemption_is_decided() -> None:
    for state, event in product(RedemptionState, RedemptionEvent):
        if (state, event) in REDEMPTION_LIFE:
            assert next_redemption_state(state, event=event) is REDEMPTION_LIFE[state, event]
        else:
            with pytest.raises(OrderEventRefused):
                next_redemption_state(state, event=event)


def test_every_state_says_for_whom_it_waits_and_only_a_live_one_waits() -> None:
    assert set(PURCHASE_WAITS_FOR) == set(PurchaseState)
    assert set(REDEMPTION_WAITS_FOR) == set(RedemptionState)
    for purchase, party in PURCHASE_WAITS_FOR.items():
        assert party is None or not is_final(purchase)
    for redemption, party in REDEMPTION_WAITS_FOR.items():
        assert party is None or not is_final(redemption)


def test_a_cancelled_redemption_is_over_while_a_cancelled_purchase_is_owed_its_money() -> None:
    assert is_final(RedemptionState.CANCELLED)
    assert not is_final(PurchaseState.CANCELLED)
