"""Cases over HTTP: found in the night, taken, noted on, ended by two people; nobody is told."""

from datetime import date

import httpx
import pytest

from huoqi.compliance.operations import watch_day
from huoqi.fund.calendars.xshg import xshg
from huoqi.kit.dates import shanghai_at
from huoqi.policy.book import PolicyRow
from huoqi.policy.operations import add_rules
from huoqi.sandbox.time_machine import TimeMachine
from tests.web.company import FUND, Company, Customer, Json, ok

SESSIONS = xshg()


@pytest.fixture(scope="module", autouse=True)
def _small_thresholds(company: Company) -> None:
    """Let sums of this module's size be large; the banks' own limits are in the way of others."""
    rules = {
        "large_day": {"amount_fen": 300_000},
        "split": {"amount_fen": 100_000, "count": 3},
        "in_and_out": {"amount_fen": 100_000, "percent": 90, "days": 3},
        "awakened": {"on": 0},
    }
    rows = [
        PolicyRow(f"monitoring.{name}", date(2015, 5, 11), value, source="test")
        for name, value in rules.items()
    ]
    company.platform.database.run(lambda work: add_rules(work, rows))


def _today(company: Company) -> date:
    return date.fromisoformat(ok(company.http.get("/v1/banks"))["business_time"][:10])


def _advance(company: Company, *, to: date, hour: int) -> None:
    moved = TimeMachine(company.platform).advance_to(shanghai_at(to, hour=hour))
    assert moved.state == "ready", moved


def _next_session(company: Company, *, hour: int = 10) -> date:
    on = SESSIONS.next_trading_day(_today(company))
    _advance(company, to=on, hour=hour)
    return on


def _cases_of(company: Company, customer: Customer) -> dict[str, Json]:
    found: list[Json] = ok(company.staff("/v1/staff/cases?limit=500"))["data"]
    return {each["rule"]: each for each in found if each["customer_id"] == customer.customer_id}


def _split(company: Company) -> tuple[Customer, Json]:
    """Return a customer with a case: three purchases, each below what they reach together."""
    customer = company.ready_customer()
    on = _next_session(company)
    for _ in range(3):
        assert customer.buy(40_000).status_code == 201
    company.pump()
    _advance(company, to=SESSIONS.next_trading_day(on), hour=8)
    return customer, _cases_of(company, customer)["split"]


def _as(company: Company, *roles: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {company.key(*roles, label='-'.join(roles))}"}


def _code(response: httpx.Response) -> str:
    return str(response.json()["code"])


def test_a_split_purchase_is_found_in_the_night_and_the_customer_is_not_told(
    company: Company,
) -> None:
    customer, case = _split(company)

    assert (case["state"], case["owner"], case["verdict"]) == ("open", None, None)
    assert case["facts"] == {
        "in_fen": 120_000, "count": 3, "threshold_fen": 100_000, "fund": FUND,
    }  # fmt: skip
    assert "case" not in customer.get("/v1/me/notifications").text
    assert "compliance" not in customer.get("/v1/events").text
    with company.platform.database.work() as work:
        again = watch_day(work, fund=FUND, on=date.fromisoformat(case["found_on"]))
    assert again == 0


def test_money_that_hardly_stays_is_found(company: Company) -> None:
    customer = company.ready_customer()
    on = _next_session(company)
    assert customer.buy(150_000).status_code == 201
    company.pump()
    _advance(company, to=SESSIONS.next_trading_day(on), hour=10)
    body = {"fund": FUND, "units": {"units": "149000", "scale": 2}, "speed": "normal"}
    ok(customer.post("/v1/redemptions", body, key="out"))
    _advance(company, to=SESSIONS.next_trading_day(SESSIONS.next_trading_day(on)), hour=8)

    found = _cases_of(company, customer)
    assert set(found) == {"in_and_out"}
    facts = found["in_and_out"]["facts"]
    assert (facts["in_fen"], facts["out_fen"]) == (150_000, 149_000)


def test_who_has_a_case_in_hand_works_on_it_and_others_do_not(company: Company) -> None:
    _, case = _split(company)
    path = f"/v1/staff/cases/{case['id']}"
    first, second = _as(company, "compliance"), _as(company, "operator")

    refused = company.http.post(f"{path}/notes", json={"note": "call back"}, headers=first)
    assert (refused.status_code, _code(refused)) == (409, "case.not_yours")
    taken = ok(company.http.post(f"{path}/take", headers=first))
    assert taken["case"]["state"] == "in_hand"
    refused = company.http.post(f"{path}/notes", json={"note": "mine?"}, headers=second)
    assert _code(refused) == "case.not_yours"
    noted = company.http.post(
        f"{path}/notes", json={"note": "salary, see 13800138000"}, headers=first
    )
    assert "13800138000" not in ok(noted)["acts"][-1]["note"]
    back = ok(company.http.post(f"{path}/hand-back", headers=first))
    assert (back["case"]["state"], back["case"]["owner"]) == ("open", None)
    assert [act["verb"] for act in back["acts"]] == ["taken", "noted", "handed_back"]


def test_two_people_end_a_case_and_frozen_freezes(company: Company) -> None:
    customer, case = _split(company)
    path = f"/v1/staff/cases/{case['id']}"
    maker, checker = _as(company, "operator"), _as(company, "approver")
    ok(company.http.post(f"{path}/take", headers=maker))
    wish = {"verdict": "frozen", "note": "told the authority", "proof": "str-17"}

    proposed = ok(company.http.post(f"{path}/verdict", json=wish, headers=maker))
    decision = f"/v1/approvals/{proposed['approval']['id']}/decision"
    alone = company.http.post(decision, json={"verdict": "approve"}, headers=maker)
    assert _code(alone) == "approval.maker_is_checker"
    ok(company.http.post(decision, json={"verdict": "approve"}, headers=checker))

    ended = ok(company.staff(path))
    assert (ended["case"]["state"], ended["case"]["verdict"]) == ("closed", "frozen")
    assert [act["verb"] for act in ended["acts"]] == ["taken", "proposed", "closed"]
    seen = ok(company.staff(f"/v1/staff/customers/{customer.customer_id}"))["customer"]
    assert (seen["frozen_by"], seen["freeze_reason"]) == ("staff", "compliance_review")
    later = company.http.post(f"{path}/take", headers=maker)
    assert (later.status_code, _code(later)) == (409, "case.closed")
    listed = ok(company.staff("/v1/staff/cases?state=closed&limit=500"))["data"]
    assert case["id"] in {each["id"] for each in listed}


def test_a_case_taken_over_makes_an_older_proposal_stale(company: Company) -> None:
    _, case = _split(company)
    path = f"/v1/staff/cases/{case['id']}"
    maker, other, checker = (_as(company, role) for role in ("operator", "compliance", "approver"))
    ok(company.http.post(f"{path}/take", headers=maker))
    wish = {"verdict": "cleared", "note": "rent", "proof": "call-3"}
    proposed = ok(company.http.post(f"{path}/verdict", json=wish, headers=maker))
    ok(company.http.post(f"{path}/take", headers=other))

    decision = f"/v1/approvals/{proposed['approval']['id']}/decision"
    stale = company.http.post(decision, json={"verdict": "approve"}, headers=checker)

    assert _code(stale) == "approval.stale"
    assert ok(company.staff(path))["case"]["state"] == "proposed"


def test_a_refused_verdict_leaves_the_case_with_its_owner(company: Company) -> None:
    _, case = _split(company)
    path = f"/v1/staff/cases/{case['id']}"
    maker, checker = _as(company, "operator"), _as(company, "approver")
    ok(company.http.post(f"{path}/take", headers=maker))
    wish = {"verdict": "cleared", "note": "rent", "proof": "call-3"}
    proposed = ok(company.http.post(f"{path}/verdict", json=wish, headers=maker))
    decision = f"/v1/approvals/{proposed['approval']['id']}/decision"
    ok(company.http.post(decision, json={"verdict": "refuse", "reason": "look"}, headers=checker))

    again = ok(company.http.post(f"{path}/verdict", json=wish | {"note": "lease"}, headers=maker))
    assert again["approval"]["state"] == "pending"
