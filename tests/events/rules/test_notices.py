"""What customers are told, under which heading."""

import pytest

from huoqi.events.rules.notices import kind_of, prefixes_of


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("fund.purchase.placed", "order"),
        ("fund.redemption.redeemed", "order"),
        ("fund.payout.paid_out", "order"),
        ("customer.device.added", "security"),
        ("customer.session.opened", "security"),
        ("payment.card.bound", "security"),
        ("customer.session.ended", None),
        ("customer.identity.read", None),
        ("payment.order.sent", None),
        ("fund.day_published", None),
    ],
)
def test_money_is_an_order_and_access_is_security(event_type: str, kind: str | None) -> None:
    assert kind_of(event_type) == kind


def test_the_kinds_wanted_choose_the_types_that_are_read() -> None:
    both = prefixes_of(["order", "security"])

    assert prefixes_of(["income"]) == ()
    assert set(both) == set(prefixes_of(["order"])) | set(prefixes_of(["security"]))
    assert all(kind_of(f"{prefix}x") == "order" for prefix in prefixes_of(["order"]))
