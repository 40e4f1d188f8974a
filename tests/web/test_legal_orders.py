"""Orders of courts over HTTP: placed at once, kept against staff, ended by date or two people."""

from datetime import date, timedelta
from typing import cast

import httpx

from huoqi.fund.calendars.xshg import xshg
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.web.company import FUND, Company, Customer, Json, ok

SESSIONS = xshg()


def _today(company: Company) -> date:
    return date.fromisoformat(ok(company.http.get("/v1/banks"))["business_time"][:10])


def _advance(company: Company, *, to: date, hour: int) -> None:
    moved = TimeMachine(company.platform).advance_to(shanghai_at(to, hour=hour))
    assert moved.state == "ready", moved


def _code(response: httpx.Response) -> str:
    return str(response.json()["code"])


def _body(company: Company, customer: Customer, *, reference: str, days: int = 30) -> Json:
    until = _today(company) + timedelta(days=days)
    return {
        "customer_id": customer.customer_id,
        "authority": "District Court (simulated)",
        "reference": reference,
        "scope": "account",
        "until_on": until.isoformat(),
    }


def _amount(body: Json, fen: int) -> Json:
    money = {"amount": str(fen), "currency": "CNY"}
    return body | {"scope": "amount", "fund": FUND, "amount": money}


def _placed(company: Company, body: Json) -> Json:
    return cast(Json, ok(company.staff("/v1/staff/legal-orders", "POST", body))["order"])


def _seen(company: Company, customer: Customer) -> Json:
    path = f"/v1/staff/customers/{customer.customer_id}"
    return cast(Json, ok(company.staff(path))["customer"])


def _lift(company: Company, order: Json) -> None:
    path = f"/v1/staff/legal-orders/{order['id']}/lifting"
    company.checked(company.staff(path, "POST", {"proof": "letter-9"}))


def _invested(company: Company, fen: int) -> Customer:
    """Return a customer whose units are confirmed and can be redeemed."""
    customer = company.ready_customer()
    _advance(company, to=SESSIONS.next_trading_day(_today(company)), hour=10)
    assert customer.buy(fen).status_code == 201
    company.pump()
    _advance(company, to=SESSIONS.next_trading_day(_today(company)), hour=10)
    return customer


def _redeem(customer: Customer, units_e2: int, *, key: str) -> httpx.Response:
    body = {"fund": FUND, "units": {"units": str(units_e2), "scale": 2}, "speed": "normal"}
    return customer.post("/v1/redemptions", body, key=key)


def test_an_account_is_frozen_at_once_and_staff_cannot_let_it_go(company: Company) -> None:
    customer = company.ready_customer()
    body = _body(company, customer, reference="A-1")

    order = _placed(company, body)
    again = _placed(company, body)

    assert order == again
    assert (order["state"], order["scope"]) == ("in_force", "account")
    assert _seen(company, customer)["freeze_reason"] == "court_order"
    assert customer.get("/v1/orders").status_code == 401
    refused = company.staff(f"/v1/staff/customers/{customer.customer_id}/unfreeze", "POST")
    assert (refused.status_code, _code(refused)) == (409, "legal_order.in_force")
    other = body | {"until_on": (_today(company) + timedelta(days=99)).isoformat()}
    refused = company.staff("/v1/staff/legal-orders", "POST", other)
    assert _code(refused) == "legal_order.reused"

    _lift(company, order)
    assert _seen(company, customer)["frozen_by"] is None
    path = f"/v1/staff/legal-orders/{order['id']}"
    assert ok(company.staff(path))["order"]["state"] == "lifted"
    refused = company.staff(f"{path}/lifting", "POST", {"proof": "letter-9"})
    assert _code(refused) == "legal_order.ended"


def test_an_amount_keeps_its_units_and_leaves_the_rest(company: Company) -> None:
    customer = _invested(company, 100_000)
    order = _placed(company, _amount(_body(company, customer, reference="B-1"), 60_000))

    refused = _redeem(customer, 40_001, key="too much")
    taken = _redeem(customer, 30_000, key="free")

    assert _code(refused) == "redeem.insufficient_units"
    assert taken.status_code == 201
    assert _seen(company, customer)["frozen_by"] is None
    _lift(company, order)
    assert _redeem(customer, 60_000, key="after").status_code == 201


def test_an_order_ends_after_its_last_day(company: Company) -> None:
    kept, free = company.ready_customer(), company.ready_customer()
    body = _body(company, kept, reference="C-1", days=2)
    _placed(company, body)
    _placed(company, _body(company, kept, reference="C-2", days=9))
    _placed(company, _body(company, free, reference="C-3", days=2))

    _advance(company, to=date.fromisoformat(body["until_on"]), hour=23)
    assert _seen(company, free)["frozen_by"] == "staff"
    _advance(company, to=date.fromisoformat(body["until_on"]) + timedelta(days=1), hour=12)

    assert _seen(company, free)["frozen_by"] is None
    assert _seen(company, kept)["freeze_reason"] == "court_order"
    expired = ok(company.staff("/v1/staff/legal-orders?state=expired&limit=500"))["data"]
    assert {"C-1", "C-3"} <= {each["reference"] for each in expired}


def test_another_reason_to_freeze_outlives_the_order(company: Company) -> None:
    customer = company.ready_customer()
    where = f"/v1/staff/customers/{customer.customer_id}"
    ok(company.staff(f"{where}/freeze", "POST", {"reason": "suspected_fraud"}))
    order = _placed(company, _body(company, customer, reference="D-1"))

    _lift(company, order)

    assert _seen(company, customer)["freeze_reason"] == "suspected_fraud"
    ok(company.staff(f"{where}/unfreeze", "POST"))


def test_what_is_no_order_is_refused(company: Company) -> None:
    customer = company.ready_customer()
    good = _body(company, customer, reference="E-1")
    past = good | {"until_on": (_today(company) - timedelta(days=1)).isoformat()}
    half = good | {"scope": "amount"}
    both = _amount(good, 100) | {"scope": "account"}
    nothing = _amount(good, 0)
    elsewhere = _amount(good, 100) | {"fund": "000000"}
    answers = [
        company.staff("/v1/staff/legal-orders", "POST", body)
        for body in (past, half, both, nothing, elsewhere)
    ]
    assert [_code(each) for each in answers] == [
        "legal_order.past",
        "validation.failed",
        "validation.failed",
        "validation.failed",
        "fund.unknown",
    ]
    assert _seen(company, customer)["frozen_by"] is None
