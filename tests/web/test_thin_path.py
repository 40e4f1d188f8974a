"""From nothing to a paid purchase, over HTTP."""

from tests.web.company import FUND, Company, ok


def test_a_stranger_becomes_a_customer_and_buys(company: Company) -> None:
    buyer = company.ready_customer()

    bought = buyer.buy(10_000)

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
    types = [event["type"] for event in ok(buyer.get("/v1/me/events"))["data"]]
    assert "fund.purchase.placed" in types
    assert "fund.purchase.paid" in types
