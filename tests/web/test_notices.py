"""What a customer is told, newest first, and what they chose not to be told."""

import pytest

from tests.web.company import Company, Customer, Json, ok


def notices(customer: Customer, query: str = "") -> Json:
    """Return a page of notices."""
    return ok(customer.get(f"/v1/me/notifications{query}"))


def earner(company: Company) -> Customer:
    """Return a customer who has earned for some days."""
    customer = company.ready_customer()
    ok(customer.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 6}))
    return customer


def test_orders_security_and_each_days_income_are_told_newest_first(company: Company) -> None:
    customer = earner(company)

    told = notices(customer)["data"]

    assert [each["at"] for each in told] == sorted((e["at"] for e in told), reverse=True)
    assert {each["kind"] for each in told} == {"income", "order", "security"}
    types = [each["type"] for each in told]
    assert "fund.purchase.confirmed" in types
    assert "payment.card.bound" in types
    fund = told[0]["object_id"]
    shown = {e["facts"]["on"]: e["facts"]["income_fen"] for e in told if e["type"] == "income"}
    month = ok(customer.get(f"/v1/holdings/{fund}/income?month=2015-05"))["data"]
    assert shown == {day["on"]: day["income"]["amount"] for day in month if day["income"]}
    assert len(shown) >= 3


def test_pages_follow_each_other_without_a_gap_or_a_repetition(company: Company) -> None:
    customer = earner(company)
    whole = [each["id"] for each in notices(customer)["data"]]

    walked: list[str] = []
    cursor = ""
    while True:
        page = notices(customer, f"?limit=2{cursor}")
        walked += [each["id"] for each in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert walked == whole


def test_what_was_read_stays_read_and_new_notices_are_not(company: Company) -> None:
    customer = earner(company)
    newest = notices(customer)["data"][0]

    ok(customer.post("/v1/me/notifications/read", {"up_to": newest["at"]}))
    ok(customer.post("/v1/me/notifications/read", {"up_to": "2015-01-01T00:00:00+08:00"}))
    assert not notices(customer)["has_unread"]

    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1}))
    assert [each["read"] for each in notices(customer)["data"]][:2] == [False, True]


@pytest.mark.parametrize(
    "up_to",
    ["0001-01-01", "2015-05-20T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)
def test_an_instant_without_offset_or_beyond_all_calendars_is_refused(
    company: Company, up_to: str
) -> None:
    customer = company.ready_customer()

    refused = customer.post("/v1/me/notifications/read", {"up_to": up_to})

    assert (refused.status_code, refused.json()["code"]) == (400, "validation.failed")


def test_security_is_told_whatever_a_customer_switched_off(company: Company) -> None:
    customer = earner(company)

    wishes = company.http.put(
        "/v1/me/notification-settings",
        json={"income": False, "order": False},
        headers=customer.headers,
    )

    assert ok(wishes)["security"] is True
    assert {each["kind"] for each in notices(customer)["data"]} == {"security"}
    assert not ok(customer.get("/v1/me/notification-settings"))["income"]
    refused = company.http.put(
        "/v1/me/notification-settings",
        json={"income": True, "order": True, "security": False},
        headers=customer.headers,
    )
    assert refused.status_code == 400
