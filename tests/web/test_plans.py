"""Periodic plans over HTTP and by the clock: made, bought, missed, paused, ended."""

from datetime import date, timedelta

import httpx
import pytest

from huoqi.close.operations import run_due
from huoqi.fund.calendars.xshg import xshg
from huoqi.fund.plans import plans_of
from huoqi.fund.rules.plan_dates import MISSES_MOST
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.time_machine import TimeMachine
from tests.web.company import FUND, Company, Customer, Json, ok

SESSIONS = xshg()


def _body(customer: Customer, **rhythm: str | int) -> Json:
    return {
        "fund": FUND,
        "amount": {"amount": "10000", "currency": "CNY"},
        "card_id": customer.card_id,
        **rhythm,
    }


def _made(customer: Customer, **rhythm: str | int) -> Json:
    plan: Json = ok(customer.post("/v1/plans", _body(customer, **rhythm)))["plan"]
    return plan


def _now(customer: Customer, plan: Json) -> Json:
    found: list[Json] = ok(customer.get("/v1/plans"))["data"]
    return next(each for each in found if each["id"] == plan["id"])


def _code(response: httpx.Response) -> str:
    return str(response.json()["code"])


def _advance(company: Company, *, to: date, hour: int = 10) -> None:
    machine = TimeMachine(company.platform)
    moved = machine.advance_to(shanghai_at(to, hour=hour))
    assert moved.state == "ready", moved


def _today(company: Company) -> date:
    return date.fromisoformat(ok(company.http.get("/v1/banks"))["business_time"][:10])


def _bought(customer: Customer) -> list[Json]:
    orders: list[Json] = ok(customer.get("/v1/orders"))["data"]
    return [order for order in orders if order["side"] == "purchase"]


def _following(day: date, *, weekday: int) -> date:
    found = day + timedelta(days=1)
    while found.isoweekday() != weekday:
        found += timedelta(days=1)
    return found


def test_a_weekly_plan_buys_on_its_day_and_moves_on(company: Company) -> None:
    customer = company.ready_customer()
    monday = _following(_today(company), weekday=1)
    plan = _made(customer, every="week", on_day=1)
    assert plan["next_on"] == monday.isoformat()

    _advance(company, to=monday, hour=9)
    assert _bought(customer) == []
    _advance(company, to=monday, hour=10)

    (order,) = _bought(customer)
    session = monday if SESSIONS.is_trading_day(monday) else SESSIONS.next_trading_day(monday)
    assert order["amount"]["amount"] == "10000"
    after = _now(customer, plan)
    assert after["last_order_id"] == order["id"]
    assert after["next_on"] == (monday + timedelta(days=7)).isoformat()
    assert session == monday
    assert run_due(company.platform) == 0


def test_a_daily_plan_rests_while_the_exchange_is_shut(company: Company) -> None:
    customer = company.ready_customer()
    friday = _following(_today(company), weekday=5)
    _advance(company, to=friday, hour=11)
    _made(customer, every="trading_day")

    _advance(company, to=friday + timedelta(days=2), hour=12)
    assert _bought(customer) == []
    _advance(company, to=friday + timedelta(days=3), hour=12)

    assert len(_bought(customer)) == 1


def test_three_misses_in_a_row_pause_a_plan_and_it_says_why(company: Company) -> None:
    customer = company.ready_customer(last_four="0002")
    plan = _made(customer, every="trading_day")
    day = _today(company)
    for _ in range(MISSES_MOST + 1):
        day = SESSIONS.next_trading_day(day)
        _advance(company, to=day, hour=12)

    after = _now(customer, plan)
    assert (after["state"], after["misses"]) == ("paused", MISSES_MOST)
    assert after["reason"]
    assert len(_bought(customer)) == MISSES_MOST
    resumed = ok(customer.post(f"/v1/plans/{plan['id']}/resume"))["plan"]
    assert (resumed["state"], resumed["misses"], resumed["reason"]) == ("active", 0, None)
    ok(customer.post(f"/v1/plans/{plan['id']}/end"))


def test_who_is_frozen_or_has_not_agreed_buys_nothing(company: Company) -> None:
    frozen, stranger = company.ready_customer(), company.ready_customer(agrees=False)
    plans = [_made(each, every="trading_day") for each in (frozen, stranger)]
    where = f"/v1/staff/customers/{frozen.customer_id}"
    number = int(ok(company.staff(where))["customer"]["customer_no"])
    ok(company.staff(f"{where}/freeze", "POST", {"reason": "suspected_fraud"}))

    _advance(company, to=SESSIONS.next_trading_day(_today(company)), hour=12)

    assert _now(stranger, plans[1])["misses"] == 1
    assert _bought(stranger) == []
    with company.platform.database.work(while_advancing=True) as work:
        (plan,) = plans_of(work, shard=number % 2, customer_no=number)
    assert (str(plan.plan_id), plan.failures, plan.last_order_id) == (plans[0]["id"], 1, None)


def test_the_same_plan_twice_is_a_slip_and_an_ended_one_stays_ended(company: Company) -> None:
    customer = company.ready_customer()
    plan = _made(customer, every="month", on_day=31)

    twice = customer.post("/v1/plans", _body(customer, every="month", on_day=31))
    ended = ok(customer.post(f"/v1/plans/{plan['id']}/end"))["plan"]

    assert (twice.status_code, _code(twice)) == (409, "plan.exists")
    assert (ended["state"], ended["next_on"]) == ("ended", None)
    assert ok(customer.post(f"/v1/plans/{plan['id']}/end"))["plan"] == ended
    assert _code(customer.post(f"/v1/plans/{plan['id']}/resume")) == "plan.ended"
    assert _made(customer, every="month", on_day=31)["id"] != plan["id"]


def test_a_plan_of_somebody_else_is_not_there(company: Company) -> None:
    owner, other = company.ready_customer(), company.ready_customer()
    plan = _made(owner, every="week", on_day=3)

    for step in ("pause", "resume", "end"):
        refused = other.post(f"/v1/plans/{plan['id']}/{step}")
        assert (refused.status_code, _code(refused)) == (404, "plan.unknown")
    foreign = _body(other, every="week", on_day=3) | {"card_id": owner.card_id}
    assert _code(other.post("/v1/plans", foreign)) == "plan.card_unknown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"every": "week"}, "plan.day_malformed"),
        ({"every": "week", "on_day": 8}, "plan.day_malformed"),
        ({"every": "trading_day", "on_day": 1}, "plan.day_malformed"),
        ({"every": "month", "on_day": 0}, "validation.failed"),
        ({"every": "month", "on_day": "1"}, "validation.failed"),
        ({"every": "year", "on_day": 1}, "validation.failed"),
        ({"every": "week", "on_day": 1, "amount": {"amount": "99", "currency": "CNY"}},
         "fund.below_minimum"),
        ({"every": "week", "on_day": 1, "fund": "000000"}, "fund.unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_plan_is_refused(company: Company, change: Json, code: str) -> None:
    customer = company.ready_customer()
    refused = customer.post("/v1/plans", _body(customer) | change)
    assert _code(refused) == code


def test_a_plan_needs_a_step_up(company: Company) -> None:
    customer = company.ready_customer()
    customer.grant = ""
    refused = customer.post("/v1/plans", _body(customer, every="week", on_day=1))
    assert _code(refused) == "auth.step_up_required"
