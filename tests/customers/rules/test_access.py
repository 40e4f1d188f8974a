"""Who may do what: session, freeze, closing and cool-down at their exact edges."""

from datetime import UTC, datetime, timedelta

import pytest

from huoqi.customers.rules.access import (
    CoolDown,
    CustomerClosed,
    CustomerClosing,
    CustomerFrozen,
    Login,
    Standing,
    covers,
    is_signed_in,
    is_stepped_up,
    refusal_to_enter,
    refusal_to_move,
)

NOW = datetime(2015, 5, 11, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ACTIVE = Standing("active", is_own_frozen=False, is_staff_frozen=False, cool_down_until=None)


def test_a_session_holds_up_to_its_expiry_and_not_at_it() -> None:
    login = Login(expires_at=NOW, ended_at=None, grant_expires_at=None)

    assert is_signed_in(login, machine_now=NOW - SECOND)
    assert not is_signed_in(login, machine_now=NOW)


def test_an_ended_session_holds_no_longer() -> None:
    login = Login(expires_at=NOW + SECOND, ended_at=NOW - SECOND, grant_expires_at=None)

    assert not is_signed_in(login, machine_now=NOW)


@pytest.mark.parametrize(
    ("expires_at", "expected"), [(None, False), (NOW, False), (NOW + SECOND, True)]
)
def test_a_grant_holds_up_to_its_expiry(expires_at: datetime | None, expected: bool) -> None:
    login = Login(expires_at=NOW + SECOND, ended_at=None, grant_expires_at=expires_at)

    assert is_stepped_up(login, machine_now=NOW) is expected


@pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (ACTIVE, None),
        (Standing("closing", False, False, None), None),
        (Standing("closed", False, False, None), CustomerClosed()),
        (Standing("active", True, False, None), CustomerFrozen(by="self")),
        (Standing("active", True, True, None), CustomerFrozen(by="staff")),
    ],
)
def test_frozen_and_closed_customers_are_let_in_no_further_than_help(
    standing: Standing, refusal: object
) -> None:
    assert refusal_to_enter(standing) == refusal


def test_money_does_not_leave_until_the_cool_down_ends() -> None:
    standing = Standing("active", False, False, cool_down_until=NOW)

    assert refusal_to_move(standing, moves="out", at=NOW - SECOND) == CoolDown(
        until="2015-05-11T01:00:00+00:00"
    )
    assert refusal_to_move(standing, moves="out", at=NOW) is None
    assert refusal_to_move(standing, moves="in", at=NOW - SECOND) is None


def test_a_customer_who_leaves_buys_nothing_and_takes_money_out() -> None:
    leaving = Standing("closing", False, False, None)

    assert refusal_to_move(leaving, moves="in", at=NOW) == CustomerClosing()
    assert refusal_to_move(leaving, moves="out", at=NOW) is None


def test_a_bound_grant_covers_the_order_that_was_approved_and_no_other() -> None:
    login = Login(NOW, None, NOW, granted_order=b"this")

    assert covers(login, order=b"this")
    assert not covers(login, order=b"that")
    assert not covers(login, order=None)
    assert covers(Login(NOW, None, NOW), order=b"any")
