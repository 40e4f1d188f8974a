"""Estates over HTTP: kept at once, shared to the fen, paid to the heirs' cards, then closed."""

from datetime import date, timedelta

import httpx

from huoqi.fund.calendars.xshg import xshg
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.web.company import FUND, Company, Customer, Json, ok

SESSIONS = xshg()


def _today(company: Company) -> date:
    return date.fromisoformat(ok(company.http.get("/v1/banks"))["business_time"][:10])


def _advance(company: Company, *, to: date, hour: int = 12) -> None:
    moved = TimeMachine(company.platform).advance_to(shanghai_at(to, hour=hour))
    assert moved.state == "ready", moved


def _days(company: Company, count: int) -> None:
    _advance(company, to=_today(company) + timedelta(days=count))


def _code(response: httpx.Response) -> str:
    return str(response.json()["code"])


def _invested(company: Company, fen: int) -> Customer:
    customer = company.ready_customer()
    _advance(company, to=SESSIONS.next_trading_day(_today(company)), hour=10)
    assert customer.buy(fen).status_code == 201
    company.pump()
    _advance(company, to=SESSIONS.next_trading_day(_today(company)), hour=10)
    return customer


def _report(company: Company, customer: Customer, *, on: date | None = None) -> httpx.Response:
    died_on = (on or _today(company)).isoformat()
    body = {"customer_id": customer.customer_id, "died_on": died_on, "proof": "cert-1"}
    return company.staff("/v1/staff/estates", "POST", body)


def _settle(company: Company, estate: Json, heirs: dict[str, int]) -> httpx.Response:
    body = {
        "heirs": [{"customer_id": name, "parts": parts} for name, parts in heirs.items()],
        "proof": "deed-1",
    }
    return company.staff(f"/v1/staff/estates/{estate['id']}/settlement", "POST", body)


def _now(company: Company, estate: Json) -> Json:
    return ok(company.staff(f"/v1/staff/estates/{estate['id']}"))


def _seen(company: Company, customer: Customer) -> Json:
    return ok(company.staff(f"/v1/staff/customers/{customer.customer_id}"))


def _given(now: Json) -> dict[str, int]:
    return {each["customer_id"]: int(each["given"]["amount"]) for each in now["heirs"]}


def test_an_estate_becomes_cash_on_the_heirs_cards_and_the_account_closes(
    company: Company,
) -> None:
    dead = _invested(company, 1_000_001)
    heirs = [company.ready_customer() for _ in range(3)]
    plan = {"fund": FUND, "amount": {"amount": "100", "currency": "CNY"}, "every": "trading_day"}
    ok(dead.post("/v1/plans", plan | {"card_id": dead.card_id}))

    estate = ok(_report(company, dead))["estate"]
    seen = _seen(company, dead)["customer"]
    assert (seen["frozen_by"], seen["freeze_reason"]) == ("staff", "deceased")
    assert dead.get("/v1/orders").status_code == 401
    assert _code(_report(company, dead)) == "estate.exists"

    company.checked(_settle(company, estate, dict.fromkeys([h.customer_id for h in heirs], 1)))
    _days(company, 8)
    now = _now(company, estate)
    for _ in range(4):
        if now["estate"]["state"] == "settled":
            break
        _days(company, 4)
        now = _now(company, estate)

    given = _given(now)
    assert now["estate"]["state"] == "settled"
    assert sum(given.values()) >= 1_000_001
    assert max(given.values()) - min(given.values()) <= len(now["payments"])
    assert {each["state"] for each in now["payments"]} == {"paid"}
    paid: dict[str, int] = {}
    for each in now["payments"]:
        paid[each["customer_id"]] = paid.get(each["customer_id"], 0) + int(each["amount"]["amount"])
    assert paid == given
    after = _seen(company, dead)
    assert (after["customer"]["state"], after["cash"]["amount"], after["holdings"]) == (
        "closed", "0", after["holdings"],
    )  # fmt: skip
    assert all(each["units"]["units"] == "0" for each in after["holdings"])
    for heir in heirs:
        assert _seen(company, heir)["cash"]["amount"] == "0"


def test_an_heir_without_a_card_has_the_money_on_the_account_until_there_is_one(
    company: Company,
) -> None:
    dead = _invested(company, 50_000)
    heir = company.register()
    estate = ok(_report(company, dead))["estate"]
    company.checked(_settle(company, estate, {heir.customer_id: 1}))

    _days(company, 10)
    now = _now(company, estate)
    waiting = [each for each in now["payments"] if each["state"] == "waiting"]
    assert {each["reason"] for each in waiting} == {"no_card"}
    cash = int(_seen(company, heir)["cash"]["amount"])
    assert cash == sum(int(each["amount"]["amount"]) for each in waiting) >= 50_000


def test_while_an_heir_is_frozen_all_wait_and_the_nights_go_on(company: Company) -> None:
    dead, heir, other = _invested(company, 40_000), company.ready_customer(), company.register()
    estate = ok(_report(company, dead))["estate"]
    company.checked(_settle(company, estate, {heir.customer_id: 3, other.customer_id: 1}))
    where = f"/v1/staff/customers/{heir.customer_id}"
    ok(company.staff(f"{where}/freeze", "POST", {"reason": "suspected_fraud"}))

    _days(company, 8)
    assert _now(company, estate)["payments"] == []
    waiting = int(_seen(company, dead)["cash"]["amount"])
    assert waiting >= 40_000

    ok(company.staff(f"{where}/unfreeze", "POST"))
    _days(company, 4)
    given = _given(_now(company, estate))
    assert sum(given.values()) >= waiting
    assert given[heir.customer_id] > given[other.customer_id] > 0


def test_a_report_in_error_is_taken_back_by_two_people(company: Company) -> None:
    alive = company.ready_customer()
    estate = ok(_report(company, alive))["estate"]
    path = f"/v1/staff/estates/{estate['id']}/withdrawal"

    company.checked(company.staff(path, "POST", {"proof": "letter-1"}))

    assert _now(company, estate)["estate"]["state"] == "withdrawn"
    assert _seen(company, alive)["customer"]["frozen_by"] is None
    assert _code(company.staff(path, "POST", {"proof": "letter-1"})) == "estate.decided"
    assert ok(_report(company, alive))["estate"]["id"] != estate["id"]


def test_an_order_of_a_court_comes_before_the_heirs(company: Company) -> None:
    dead, heir = _invested(company, 30_000), company.ready_customer()
    estate = ok(_report(company, dead))["estate"]
    until = (_today(company) + timedelta(days=300)).isoformat()
    order = {
        "customer_id": dead.customer_id, "authority": "Court (simulated)", "reference": "X-1",
        "scope": "account", "until_on": until,
    }  # fmt: skip
    placed = ok(company.staff("/v1/staff/legal-orders", "POST", order))["order"]
    company.checked(_settle(company, estate, {heir.customer_id: 1}))
    _days(company, 8)
    assert _now(company, estate)["payments"] == []

    path = f"/v1/staff/legal-orders/{placed['id']}/lifting"
    company.checked(company.staff(path, "POST", {"proof": "letter-2"}))
    _days(company, 10)

    assert sum(_given(_now(company, estate)).values()) >= 30_000


def test_what_cannot_be_is_refused(company: Company) -> None:
    dead, heir = company.ready_customer(), company.ready_customer()
    tomorrow = _today(company) + timedelta(days=1)
    assert _code(_report(company, dead, on=tomorrow)) == "estate.death_in_future"
    estate = ok(_report(company, dead))["estate"]
    frozen = company.ready_customer()
    ok(
        company.staff(
            f"/v1/staff/customers/{frozen.customer_id}/freeze",
            "POST",
            {"reason": "suspected_fraud"},
        )
    )

    own = _settle(company, estate, {dead.customer_id: 1})
    cold = _settle(company, estate, {frozen.customer_id: 1})
    nobody = _settle(company, estate, {})

    assert [_code(each) for each in (own, cold, nobody)] == [
        "estate.heirs_malformed",
        "estate.heir_cannot_receive",
        "validation.failed",
    ]
    company.checked(_settle(company, estate, {heir.customer_id: 1}))
    assert _code(_settle(company, estate, {heir.customer_id: 1})) == "estate.decided"
