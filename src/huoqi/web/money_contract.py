"""The part of the OpenAPI document that the money posts bring themselves."""

from typing import Any

import msgspec

from huoqi.web.order_posts import EmptyBody, PurchaseBody, RedemptionBody
from huoqi.web.orders_wire import ClosingAnswer, OrderAnswer, OrderPage, OrderView
from huoqi.web.payout_posts import PayoutAnswer, PayoutPage, PayoutRetryBody
from huoqi.web.spending_posts import (
    CashPayoutAnswer,
    CashPayoutBody,
    CashPurchaseBody,
    MerchantPaymentAnswer,
    MerchantPaymentBody,
    MerchantPaymentPage,
    PersonTransferAnswer,
    PersonTransferBody,
    PersonTransferPage,
)

Json = dict[str, Any]  # a JSON document

_REF = "#/components/schemas/{name}"
KEY_HEADER: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": (
        "A text of your own, unique among your requests on this route, kept for ever: a repeated "
        "request gets its first answer with Idempotent-Replay: true."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
    "example": "5f0c1a6e-7a9b-4a55-9d0c-0b6a2f1f9a11",
}
_WAIT_HEADER: Json = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": (
        "wait=N waits up to N seconds (at most 30) for the bank's outcome; without a certain one "
        "the answer is 202."
    ),
    "schema": {"type": "string", "pattern": "^wait=[0-9]{1,2}$"},
    "example": "wait=5",
}
_CARD = "018f2b7a-0000-7000-8000-000000000001"


def money_contract() -> tuple[Json, Json]:
    """Return paths and schemas of purchases and redemptions."""
    types = [
        PurchaseBody,
        RedemptionBody,
        EmptyBody,
        OrderAnswer,
        OrderView,
        OrderPage,
        ClosingAnswer,
        PayoutRetryBody,
        PayoutAnswer,
        PayoutPage,
        MerchantPaymentBody,
        MerchantPaymentAnswer,
        MerchantPaymentPage,
        PersonTransferBody,
        PersonTransferAnswer,
        PersonTransferPage,
        CashPurchaseBody,
        CashPayoutBody,
        CashPayoutAnswer,
    ]
    _, schemas = msgspec.json.schema_components(types, ref_template=_REF)
    purchase = _operation(
        "purchases_place",
        "Buy a fund with money from a bound card.",
        PurchaseBody,
        {"fund": "990001", "amount": {"amount": "10000", "currency": "CNY"}, "card_id": _CARD},
    )
    purchase["parameters"].append(_WAIT_HEADER)
    purchase["responses"]["202"] = _answer("The bank's outcome is not certain yet; do not retry.")
    redemption = _operation(
        "redemptions_place",
        "Redeem units to a bound card, fast (now, within limits) or normal.",
        RedemptionBody,
        {"fund": "990001", "units": {"units": "5000", "scale": 2}, "speed": "fast"},
    )
    closing = _operation(
        "me_close",
        "Close the account: what is left is redeemed and paid out, later income too.",
        EmptyBody,
        {},
    )
    closing["tags"] = ["My account"]
    closing["responses"]["201"] = _answer("It is closing, or closed already.", "ClosingAnswer")
    paths = {
        "/v1/purchases": {"post": purchase},
        "/v1/redemptions": {"post": redemption},
        "/v1/me/closing": {"post": closing},
    }
    return paths, schemas


def _operation(name: str, summary: str, body: type[msgspec.Struct], example: Json) -> Json:
    schema = {"$ref": _REF.format(name=body.__name__)}
    return {
        "tags": ["Orders"],
        "operationId": name,
        "summary": summary,
        "description": summary,
        "security": [{"session": [], "stepUp": []}],
        "parameters": [KEY_HEADER],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        },
        "responses": {"201": _answer("Done; the answer shows the order after the commit.")},
    }


def _answer(text: str, name: str = "OrderAnswer") -> Json:
    return {
        "description": text,
        "headers": {
            "Idempotent-Replay": {
                "description": "true when this is the stored answer of an earlier request.",
                "schema": {"type": "string"},
            }
        },
        "content": {"application/json": {"schema": {"$ref": _REF.format(name=name)}}},
    }
