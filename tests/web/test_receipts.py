"""A receipt's figures, and what an order says of itself when it is late."""

from tests.web.company import Company, ok


def test_a_receipt_has_amounts_dates_the_last_four_and_references(company: Company) -> None:
    buyer = company.ready_customer()
    order = ok(buyer.buy(250_000))["order"]
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 2}))
    path = f"/v1/orders/{order['id']}/receipt"

    receipt = ok(buyer.get(path))["receipt"]

    assert (receipt["amount"]["amount"], receipt["confirmed"]["amount"]) == ("250000", "250000")
    assert (receipt["side"], receipt["fund_name_en"]) == ("purchase", "Huoqibao")
    assert receipt["earns_from"] == order["earns_from"]
    (paid,) = receipt["payments"]
    assert (paid["direction"], paid["state"], paid["returned"]) == ("collect", "succeeded", False)
    assert len(paid["last_four"]) == 4
    assert paid["bank_reference"].startswith("HQ")
    stranger = company.ready_customer()
    assert stranger.get(path).status_code == 404


def test_a_late_order_says_by_how_much_and_its_ticket(company: Company) -> None:
    buyer = company.ready_customer()
    ok(
        company.staff(
            "/v1/sandbox/faults", "POST", {"fault": "manager_down", "params": {"hours": 72}}
        )
    )
    order = ok(buyer.buy(100_000))["order"]
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 2}))

    shown = ok(buyer.get(f"/v1/orders/{order['id']}"))["order"]

    (late,) = [step for step in shown["timeline"] if "late_by_s" in step]
    assert late["late_by_s"] > 60
    assert late["ticket"].startswith("HQ-")
    assert late["waits_for"] is not None
