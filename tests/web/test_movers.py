"""What moves clock, days and databases, over HTTP; and reads while the clock is moving."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from huoqi.events.queries import events_of_customer
from tests.web.company import FUND, Company, ok


@pytest.fixture(autouse=True)
def _standing(company: Company) -> Iterator[None]:
    yield
    assert ok(company.staff("/v1/sandbox/clock"))["state"] in {"ready", "stopped_at_event"}


@contextmanager
def _moving(company: Company) -> Iterator[None]:
    """Leave the clock as a journey has it that is under way, or was cut off."""
    with company.platform.database.work(while_advancing=True) as work:
        work.run("UPDATE business_clock SET state = 'advancing', target = at + interval '1 hour'")
    yield
    ok(company.staff("/v1/sandbox/clock/resume", "POST"))


def test_closes_are_counted(company: Company) -> None:
    closed = [day["on"] for day in ok(company.staff("/v1/close"))["days"]]
    went = ok(company.staff("/v1/sandbox/clock/closes", "POST", {"count": 2}))

    after = [day["on"] for day in ok(company.staff("/v1/close"))["days"]]
    assert (went["state"], went["business_time"][11:16]) == ("ready", "02:00")
    assert len(after) == len(closed) + 2
    assert company.staff("/v1/sandbox/clock/closes", "POST", {"count": 0}).status_code == 400


def test_a_journey_that_was_cut_off_is_resumed(company: Company) -> None:
    nothing = company.staff("/v1/sandbox/clock/resume", "POST")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "clock.nothing_under_way")
    before = ok(company.staff("/v1/sandbox/clock"))["business_time"]

    with _moving(company):
        stopped = ok(company.staff("/v1/sandbox/clock"))
        assert (stopped["state"], stopped["business_time"]) == ("advancing", before)

    assert ok(company.staff("/v1/sandbox/clock"))["business_time"] > before


def test_everything_can_be_read_while_the_clock_moves(company: Company) -> None:
    holder = company.ready_customer()
    order = ok(holder.buy(5_000))["order"]["id"]

    def noted() -> int:
        number = int(
            ok(company.staff(f"/v1/staff/customers/{holder.customer_id}"))["customer"][
                "customer_no"
            ]
        )
        with company.platform.database.work(while_advancing=True) as work:
            told = events_of_customer(work, customer_no=number)
        return [event.type for event in told].count("customer.identity.read")

    before = noted()
    with _moving(company):
        for path in (
            "/v1/me",
            "/v1/me/events",
            "/v1/sessions",
            "/v1/cards",
            "/v1/orders",
            f"/v1/orders/{order}",
            "/v1/holdings",
            f"/v1/holdings/{FUND}/quota",
            f"/v1/funds/{FUND}",
            "/v1/calendar",
            "/readyz",
        ):
            assert holder.get(path).status_code == 200, path
        assert noted() == before + 1
        assert ok(holder.get("/v1/me"))["phone_masked"].count("*") == 4
        refused = holder.buy(5_000)
        assert (refused.status_code, refused.json()["code"]) == (409, "clock.advancing")
        assert refused.headers["retry-after"] == "1"


def test_branches_are_left_entered_and_dropped(company: Company) -> None:
    ok(company.staff("/v1/sandbox/branches", "POST", {"name": "other"}))
    before = ok(company.staff("/v1/sandbox/clock"))["business_time"]
    listed = ok(company.staff("/v1/sandbox/branches"))["data"]
    home = next(each["name"] for each in listed if each["is_current"])
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1}))
    later = ok(company.staff("/v1/sandbox/clock"))["business_time"]

    ok(company.staff("/v1/sandbox/branches/other/switch", "POST"))
    assert ok(company.staff("/v1/sandbox/clock"))["business_time"] == before
    current = company.staff("/v1/sandbox/branches/other", "DELETE")
    assert (current.status_code, current.json()["code"]) == (409, "branch.in_use")
    ok(company.staff(f"/v1/sandbox/branches/{home}/switch", "POST"))
    assert ok(company.staff("/v1/sandbox/clock"))["business_time"] == later
    ok(company.staff("/v1/sandbox/branches/other", "DELETE"))

    names = [each["name"] for each in ok(company.staff("/v1/sandbox/branches"))["data"]]
    assert "other" not in names
    for method, path in (("POST", "other/switch"), ("DELETE", "other")):
        gone = company.staff(f"/v1/sandbox/branches/{path}", method)
        assert (gone.status_code, gone.json()["code"]) == (404, "branch.not_found")


def test_what_is_due_is_worked_off_once(company: Company) -> None:
    holder = company.ready_customer()
    order = ok(holder.buy(7_000))["order"]["id"]

    assert ok(company.staff("/v1/close/due", "POST"))["pieces"] > 0
    assert ok(holder.get(f"/v1/orders/{order}"))["order"]["state"] == "paid"
    assert ok(company.staff("/v1/close/due", "POST"))["pieces"] == 0
    viewer = {"Authorization": f"Bearer {company.key('viewer')}"}
    assert company.http.post("/v1/close/due", headers=viewer).status_code == 403


def test_a_closed_day_answers_its_root_again_and_a_future_one_waits(company: Company) -> None:
    ok(company.staff("/v1/sandbox/clock/closes", "POST", {"count": 1}))
    last = ok(company.staff("/v1/close"))["days"][0]
    again = ok(company.staff(f"/v1/close/{FUND}/{last['on']}", "POST"))
    assert (again["state"], again["root"]) == ("done", last["root"])

    today = ok(company.staff("/v1/sandbox/clock"))["business_time"][:10]
    early = company.staff(f"/v1/close/{FUND}/{today}", "POST")
    unknown = company.staff(f"/v1/close/999999/{today}", "POST")

    assert (early.status_code, early.json()["code"]) == (409, "close.day_not_over")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "fund.unknown")
