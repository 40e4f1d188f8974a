"""A large-redemption day at the sandbox's manager: part is paid, the rest waits or is cancelled."""

import pytest

from tests.web.company import FUND, Company, Customer, Json, ok

PATH = "/v1/sandbox/faults"


@pytest.fixture(scope="module")
def whale(company: Company) -> Customer:
    """Return the only large holder: 10,000 yuan."""
    holder = company.ready_customer()
    ok(holder.buy(1_000_000))
    company.pump()
    _days(company, 3)
    return holder


def _days(company: Company, count: int) -> None:
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": count}))
    company.pump()


def _sell(holder: Customer, units_e2: int, key: str) -> str:
    body = {"fund": FUND, "units": {"units": str(units_e2), "scale": 2}, "speed": "normal"}
    return str(ok(holder.post("/v1/redemptions", body, key=key))["order"]["id"])


def _order(holder: Customer, order_id: str) -> Json:
    order: Json = ok(holder.get(f"/v1/orders/{order_id}"))["order"]
    return order


def test_a_part_is_accepted_and_the_rest_waits_for_the_next_open_day(
    company: Company, whale: Customer
) -> None:
    ok(company.staff(PATH, "POST", {"fault": "redemption_gate", "params": {"accept_pct": 20}}))
    # Thursday 2015-05-14, 09:00: T is today, confirmed on Friday.
    order_id = _sell(whale, 600_000, "gate-1")
    _days(company, 1)

    waiting = _order(whale, order_id)
    held = ok(whale.get("/v1/holdings"))["data"][0]
    before_e2 = int(held["units"]["units"])
    assert waiting["state"] == "deferred"
    (paid,) = ok(whale.get("/v1/payouts"))["data"]
    # A fifth of the units at the end of the day before, income included.
    assert 200_000 < int(paid["amount"]["amount"]) < 200_200
    assert int(held["ordered"]["units"]) == 600_000 - int(paid["amount"]["amount"])

    _days(company, 3)  # over the weekend to Monday, when the rest is confirmed

    assert _order(whale, order_id)["state"] == "paid_out"
    payouts = ok(whale.get("/v1/payouts"))["data"]
    assert sum(int(p["amount"]["amount"]) for p in payouts) == 600_000
    assert int(ok(whale.get("/v1/holdings"))["data"][0]["units"]["units"]) < before_e2
    assert ok(company.staff("/v1/ledger/trial-balance"))["balanced"]


def test_a_part_is_accepted_and_the_rest_is_cancelled(company: Company, whale: Customer) -> None:
    fault = {"fault": "redemption_gate", "params": {"accept_pct": 10, "cancels": 1}}
    ok(company.staff(PATH, "POST", fault))
    order_id = _sell(whale, 300_000, "gate-2")
    _days(company, 2)

    ended = _order(whale, order_id)
    assert ended["state"] == "paid_out"
    held = ok(whale.get("/v1/holdings"))["data"][0]
    assert held["ordered"]["units"] == "0"
    newest = ok(whale.get("/v1/payouts"))["data"][0]
    assert newest["order_id"] == order_id
    assert 40_000 < int(newest["amount"]["amount"]) < 40_200
    assert ok(company.staff("/v1/ledger/verify", "POST"))["sound"]


def test_a_share_below_what_the_contract_allows_is_refused(company: Company) -> None:
    body = {"fault": "redemption_gate", "params": {"accept_pct": 5}}
    refused = company.staff(PATH, "POST", body)
    assert refused.json()["code"] == "fault.parameter_out_of_range"
