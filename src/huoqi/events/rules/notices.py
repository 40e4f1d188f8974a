"""Which events are told to the customer they are about, and under what heading."""

from collections.abc import Sequence
from typing import Literal

Kind = Literal["order", "security"]

_ORDER = ("fund.purchase.", "fund.redemption.", "fund.payout.", "fund.order.", "fund.debt.")
_SECURITY = (
    "customer.account.",
    "customer.device.",
    "customer.device_account.",
    "customer.passkey.",
    "customer.payment_password.",
    "customer.phone.",
    "customer.session.opened",
    "payment.card.",
)


def prefixes_of(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the beginnings of the types that some kinds gather.

    >>> prefixes_of(["income"])
    ()
    """
    order = _ORDER if "order" in kinds else ()
    return order + _SECURITY if "security" in kinds else order


def kind_of(event_type: str) -> Kind | None:
    """Return the heading of an event for its customer, None for what is not told.

    >>> kind_of("fund.purchase.confirmed"), kind_of("customer.passkey.added")
    ('order', 'security')
    >>> kind_of("customer.identity.read") is None
    True
    """
    if event_type.startswith(_ORDER):
        return "order"
    return "security" if event_type.startswith(_SECURITY) else None
