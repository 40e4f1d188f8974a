"""Staff find an order by whatever they hold in hand, and see everything that stands behind it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from huoqi.customers.desk import Desk
from huoqi.customers.operations.private_fields import identities_of
from huoqi.customers.people import Identity
from tests.web.company import FUND, Company, Customer, Json, ok


@pytest.fixture(scope="module")
def buyer(company: Company) -> Customer:
    """Return a customer with a paid purchase."""
    return company.ready_customer()


@pytest.fixture(scope="module")
def order(company: Company, buyer: Customer) -> Json:
    """Return a confirmed purchase of 123.00."""
    made = ok(buyer.buy(12_300, key="find-me-2015"))["order"]
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 3}))
    confirmed: Json = ok(buyer.get(f"/v1/orders/{made['id']}"))["order"]
    return confirmed


def _found(company: Company, **asked: str) -> Json:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return ok(company.staff(f"/v1/staff/orders?{query}"))


def _trace(company: Company, order: Json) -> Json:
    return ok(company.staff(f"/v1/staff/orders/{order['id']}"))


def test_an_order_shows_everything_behind_it(company: Company, order: Json) -> None:
    trace = _trace(company, order)

    assert trace["order"]["state"] == order["state"]
    assert [step["state"] for step in trace["timeline"]][:3] == ["placed", "paid", "sent"]
    (payment,) = trace["payments"]
    assert payment["payment"]["state"] == "succeeded"
    assert payment["evidence"]
    types = {event["type"] for event in trace["events"]}
    assert {"fund.purchase.placed", "fund.purchase.paid", "fund.purchase.confirmed"} <= types
    kinds = {(row["debit"]["kind"], row["credit"]["kind"]) for row in trace["transfers"]}
    assert {
        ("bank_clearing", "customer_cash"),
        ("customer_cash", "fund_settlement"),
        ("fund_issuance", "holders_units"),
    } <= kinds
    (request,) = trace["requests"]
    assert request["idempotency_key"] == "find-me-2015"
    assert request["request_id"].startswith("req_")
    (answer,) = trace["answers"]
    assert answer["status"] == 201
    assert order["id"] in answer["body"]


def test_any_id_finds_the_order(company: Company, buyer: Customer, order: Json) -> None:
    trace = _trace(company, order)
    payment = trace["payments"][0]["payment"]
    held = {
        "order": order["id"],
        "payment": payment["id"],
        "bank_reference": payment["bank_ref"],
        "request_id": trace["requests"][0]["request_id"],
        "idempotency_key": "find-me-2015",
        "event": trace["events"][0]["id"],
        "customer": buyer.customer_id,
        "customer_no": trace["order"]["customer_no"],
    }
    for kind, text in held.items():
        found = _found(company, q=text)
        assert [row["id"] for row in found["data"]] == [order["id"]], kind
        assert found["matched"] == kind

    for transfer in trace["transfers"]:
        found = _found(company, q=transfer["id"])
        assert [row["id"] for row in found["data"]] == [order["id"]], transfer
        up = ok(company.staff(f"/v1/ledger/transfers/{transfer['id']}"))
        assert up["order_id"] == order["id"]


def test_what_nobody_knows_says_what_was_tried(company: Company, order: Json) -> None:
    nothing = _found(company, q=str(uuid4()))
    assert nothing["data"] == []
    assert nothing["matched"] is None
    assert nothing["tried"] == [
        "order", "payment", "payout", "event", "ledger_transfer", "customer", "idempotency_key",
    ]  # fmt: skip
    missing = company.staff(f"/v1/staff/orders/{uuid4()}")
    assert missing.status_code == 404


def test_the_end_of_a_phone_number_needs_a_purpose_and_is_written_down(
    company: Company, buyer: Customer, order: Json
) -> None:
    platform = company.platform
    desk = Desk(platform.vault, platform.authority, platform.messages)
    number = int(_trace(company, order)["order"]["customer_no"])
    with platform.database.work(while_advancing=True) as work:
        (identity,) = identities_of(work, desk, [number])
    assert isinstance(identity, Identity)
    tail = identity.phone[-4:]

    refused = company.staff(f"/v1/staff/orders?q={tail}")
    assert refused.json()["code"] == "customer.purpose_needed"
    viewer = {"Authorization": f"Bearer {company.key('viewer', label='onlooker')}"}
    path = f"/v1/staff/orders?q={tail}&purpose=support_call"
    assert company.http.get(path, headers=viewer).status_code == 403
    found = _found(company, q=tail, purpose="support_call")
    assert order["id"] in [row["id"] for row in found["data"]]
    told = ok(company.staff("/v1/events?type=customer.phone_tail.searched"))["data"]
    assert told[-1]["data"]["purpose"] == "support_call"
    assert told[-1]["data"]["actor"].startswith("staff:")
    assert tail not in str(told)


def test_filters_and_pages_hold_together(company: Company, buyer: Customer, order: Json) -> None:
    later = [ok(buyer.buy(10_000 + n, key=f"later-{n}"))["order"]["id"] for n in range(3)]
    company.pump()
    seen: list[str] = []
    cursor = ""
    while True:
        asked = {"fund": FUND, "limit": "2"} | ({"cursor": cursor} if cursor else {})
        part = _found(company, **asked)
        seen += [row["id"] for row in part["data"]]
        cursor = part["next_cursor"] or ""
        if not cursor:
            break
    assert seen == [*reversed(later), order["id"]]

    assert [row["id"] for row in _found(company, state="paid")["data"]] == list(reversed(later))
    day = order["placed_at"][:10]
    on_that_day = _found(company, **{"from": day, "to": day})["data"]
    assert [row["id"] for row in on_that_day] == [order["id"]]
    assert _found(company, fund="000000")["data"] == []
    assert _found(company, state="unknown")["data"] == []


def test_an_unknown_payment_is_found_by_that_word(company: Company) -> None:
    waiting = company.ready_customer(last_four="0009")
    made = ok(waiting.buy(5_000, key="no-reply"))["order"]["id"]
    company.pump()
    at = datetime.fromisoformat(ok(company.staff("/v1/staff/orders"))["business_time"])
    until = (at + timedelta(seconds=40)).isoformat()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"to": until}))
    found = _found(company, state="unknown")["data"]
    assert [(row["id"], row["state"]) for row in found] == [(made, "unknown")]


def test_customers_from_before_the_look_up_are_found_too(
    company: Company, buyer: Customer, order: Json
) -> None:
    with company.platform.database.work(while_advancing=True) as work:
        work.run("UPDATE customer SET phone_tail = NULL")
    tail = company.phones[buyer.customer_id][-4:]
    found = _found(company, q=tail, purpose="support_call")
    assert order["id"] in [row["id"] for row in found["data"]]


@pytest.mark.parametrize("number", ["0", "000", "00000", "999999999999"])
def test_a_number_of_nobody_finds_nothing(company: Company, number: str) -> None:
    assert _found(company, q=number)["data"] == []
