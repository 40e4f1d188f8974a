"""What a customer approves when a passkey signs for one order: the content of its request."""

from typing import Literal

import msgspec

from huoqi.web.errors import FieldsRefused
from huoqi.web.idempotency import fingerprint_of
from huoqi.web.json_input import parse_as
from huoqi.web.order_posts import PurchaseBody, PurchasePost, RedemptionBody, RedemptionPost

OrderKind = Literal["purchase", "redemption"]

_PURCHASE = msgspec.json.Decoder(PurchaseBody)
_REDEMPTION = msgspec.json.Decoder(RedemptionBody)


def order_fingerprint(kind: OrderKind, body: object, *, pointer: str) -> bytes:
    """Return the fingerprint that the order's own request will have; refuse a malformed body.

    The same bytes as the money posts compare, so that an approval fits one content only.
    """
    encoded = msgspec.json.encode(body)
    try:
        if kind == "purchase":
            purchase = parse_as(encoded, _PURCHASE)
            return fingerprint_of(method="POST", route=PurchasePost.route, body=purchase)
        redemption = parse_as(encoded, _REDEMPTION)
        return fingerprint_of(method="POST", route=RedemptionPost.route, body=redemption)
    except FieldsRefused as error:
        named = tuple((pointer + place, code) for place, code in error.errors)
        raise type(error)(named) from error
