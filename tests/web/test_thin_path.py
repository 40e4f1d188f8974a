"""From nothing to a paid purchase, over HTTP."""

from tests.web.company import CODE, FUND, Company, ok


def test_a_stranger_becomes_a_customer_and_buys(company: Company) -> None:
    buyer = company.ready_customer()

    bought = buyer.buy(10_000, key="first-purchase")

    assert bought.status_code == 201
    order = bought.json()["order"]
    assert (order["state"], order["amount"]["amount"]) == ("placed", "10000")
    assert [step["state"] for step in order["timeline"]][:3] == ["placed", "paid", "sent"]
    assert bought.json()["balances"]["cash_incoming"]["amount"] == "10000"
    company.pump()
    seen = ok(buyer.get(f"/v1/orders/{order['id']}"))["order"]
    assert seen["state"] == "paid"
    listed = ok(buyer.get("/v1/orders"))
    assert [each["id"] for each in listed["data"]] == [order["id"]]
    holding = ok(buyer.get(f"/v1/holdings/{FUND}"))["holding"]
    assert holding["unconfirmed"]["amount"] == "10000"
    assert ok(buyer.get("/v1/holdings"))["data"] == [holding]
    events = ok(buyer.get("/v1/me/events"))["data"]
    (placed,) = [event for event in events if event["type"] == "fund.purchase.placed"]
    assert placed["request_id"] == bought.headers["huoqi-request-id"]
    assert placed["idempotency_key"] == "first-purchase"
    types = [event["type"] for event in events]
    assert "fund.purchase.placed" in types
    assert "fund.purchase.paid" in types


def test_the_under_age_are_told_the_day_from_which_it_works(company: Company) -> None:
    phone = "13900139000"
    ok(company.http.post("/v1/registrations", json={"phone": phone}))
    proof = ok(company.http.post("/v1/registrations/code", json={"phone": phone, "code": CODE}))
    body = {
        "application_token": proof["application_token"],
        "name": "模拟·年少",
        "national_id": "110105199705120170",
    }

    refused = company.http.post("/v1/registrations/identity", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "identity.under_age")
    assert refused.json()["facts"]["adult_from"] == "2015-05-12"
    midnight = {"to": "2015-05-12T00:00:01+08:00"}
    ok(company.staff("/v1/sandbox/clock/advance", "POST", midnight))
    accepted = company.http.post("/v1/registrations/identity", json=body)
    assert accepted.status_code == 201, accepted.text
