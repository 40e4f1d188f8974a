"""Breaks over HTTP: both sides' evidence, two people, and the day that closes by itself."""

from datetime import date, timedelta

import pytest

from tests.web.company import Company, Customer, Json, ok

FUND = "990001"
Holders = dict[str, Customer]
WHY = {"reason": "compared with the file", "evidence": "file 05, mail 17"}


@pytest.fixture(scope="module")
def checker(company: Company) -> dict[str, str]:
    """Return the headers of a second person."""
    return {"Authorization": f"Bearer {company.key('approver', label='break-checker')}"}


@pytest.fixture(scope="module")
def holders(company: Company) -> Holders:
    """Return two customers who hold units, by their ids."""
    both = (company.ready_customer(), company.ready_customer())
    for customer in both:
        ok(customer.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 3}))
    return {customer.customer_id: customer for customer in both}


def blocked(company: Company) -> list[Json]:
    """Let the register differ on the next day to close and return the breaks."""
    fault = {"fault": "holder_income_off", "target": FUND, "params": {"fen": 3}}
    ok(company.staff("/v1/sandbox/faults", "POST", fault))
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1}))
    data: list[Json] = ok(company.staff("/v1/breaks?state=open"))["data"]
    return data


def decide(company: Company, approval: Json, checker: dict[str, str], verdict: str) -> Json:
    """Return the answer of the second person's decision."""
    path = f"/v1/approvals/{approval['id']}/decision"
    return ok(company.http.post(path, json={"verdict": verdict}, headers=checker))


def closed(company: Company, on: str) -> bool:
    """Tell whether a day is closed, once all that is due now is done."""
    ok(company.staff("/v1/close/due", "POST"))
    return bool(ok(company.staff(f"/v1/close/{FUND}/{on}"))["root"])


def test_a_difference_is_shown_with_the_evidence_of_both_sides(
    company: Company, holders: Holders
) -> None:
    more, less = blocked(company)
    assert (more["break_class"], more["unit"], more["version"]) == (
        "amount_mismatch",
        "units_e2",
        "1",
    )
    assert (more["difference"], less["difference"]) == ("-3", "3")
    assert more["suggestion"] == "accept_register_figure"
    shown = ok(company.staff(f"/v1/breaks/{more['id']}"))
    assert shown["suggested_action"] == "replace_line"
    assert shown["theirs"]["sha256"]
    rule, theirs = shown["ours"]["rule"], int(shown["theirs"]["income"]["amount"])
    assert int(rule["units_e2"]) * int(rule["numerator"]) == int(rule["product"])
    assert int(rule["income_fen"]) == int(shown["ours"]["income"]["amount"]) == theirs - 3

    holder, on = holders[shown["customer_id"]], more["on"]
    month = ok(holder.get(f"/v1/holdings/{FUND}/income?month={on[:7]}"))
    assert {day["status"] for day in month["data"]} == {"confirmed"}
    ahead = {day["on"]: (day["status"], day["income"]) for day in month["ahead"]}
    assert ahead[on] == ("predicted", {"amount": str(theirs - 3), "currency": "CNY"})
    assert ("expected", None) in ahead.values()


def test_two_people_accept_it_and_the_day_closes_by_itself(
    company: Company, holders: Holders, checker: dict[str, str]
) -> None:
    more, _ = ok(company.staff("/v1/breaks?state=open"))["data"]
    path, on = f"/v1/breaks/{more['id']}", more["on"]
    phone = {"owner": "staff:13800138000"}
    masked = ok(company.staff(f"{path}/assign", "POST", phone))["data"]["owner"]
    assert "13800138000" not in masked
    mine = ok(company.staff(f"{path}/assign", "POST", {}))["data"]
    listed = ok(company.staff(f"/v1/breaks?owner={mine['owner']}"))["data"]
    assert [row["id"] for row in listed] == [more["id"]]
    all_of = {"fund": FUND, "on": on, "break_class": "amount_mismatch"}
    wish = {"all_of": all_of, "action": "replace_line", **WHY}
    approval = ok(company.staff("/v1/breaks/resolutions", "POST", wish))["approval"]
    summary = ok(company.staff("/v1/breaks/summary"))
    assert (summary["open_count"], summary["resolving_count"]) == (2, 2)
    assert summary["owners"] == [{"owner": mine["owner"], "rows_count": 1}]
    again = company.staff(f"{path}/resolutions", "POST", {"action": "replace_line", **WHY})
    assert again.json()["code"] == "approval.duplicate"
    own = company.staff(f"/v1/approvals/{approval['id']}/decision", "POST", {"verdict": "approve"})
    assert own.json()["code"] == "approval.maker_is_checker"
    assert not closed(company, on)
    decide(company, approval, checker, "approve")
    assert closed(company, on)

    done = ok(company.staff(path))
    assert (done["data"]["state"], done["data"]["action"]) == ("resolved", "replace_line")
    assert [act["verb"] for act in done["acts"]] == ["assigned"] * 2 + ["proposed", "approved"]
    told = ok(holders[done["customer_id"]].get(f"/v1/holdings/{FUND}/days/{on}"))
    assert told["status"] == "overridden"
    assert told["income"] == done["theirs"]["income"]
    assert told["override"]["source"] == told["register_row"]["source"]
    assert told["override"]["record_no"] == told["register_row"]["record_no"]
    assert told["ledger_transfer_id"]
    types = {event["type"] for event in ok(company.staff("/v1/events?limit=500"))["data"]}
    assert {f"close.break.{verb}" for verb in ("assigned", "proposed", "approved")} <= types


def test_a_proposal_is_refused_taken_back_and_reopened(
    company: Company, holders: Holders, checker: dict[str, str]
) -> None:
    more, less = blocked(company)
    many = {"ids": [more["id"], less["id"]], "action": "replace_line", **WHY}
    first = ok(company.staff("/v1/breaks/resolutions", "POST", many))["approval"]
    decide(company, first, checker, "refuse")
    second = ok(company.staff("/v1/breaks/resolutions", "POST", many))["approval"]
    ok(company.staff(f"/v1/approvals/{second['id']}", "DELETE"))
    assert len(ok(company.staff("/v1/breaks?state=open"))["data"]) == 2
    third = ok(company.staff("/v1/breaks/resolutions", "POST", many))["approval"]
    decide(company, third, checker, "approve")

    again = ok(company.staff(f"/v1/breaks/{less['id']}/reopen", "POST", WHY))["data"]
    assert (again["state"], again["version"]) == ("open", "2")
    twice = company.staff(f"/v1/breaks/{less['id']}/reopen", "POST", WHY)
    assert twice.json()["code"] == "break.not_decided"
    assert not closed(company, more["on"])
    wish = {"action": "replace_line", **WHY}
    last = ok(company.staff(f"/v1/breaks/{less['id']}/resolutions", "POST", wish))["approval"]
    decide(company, last, checker, "approve")
    assert closed(company, more["on"])


def test_what_cannot_be_done_is_refused_with_its_reason(company: Company, holders: Holders) -> None:
    day = date.fromisoformat(ok(company.staff("/v1/close"))["business_time"][:10])
    gone = f"/v1/breaks/{FUND}.{(day - timedelta(days=1)).isoformat()}.register.77"
    wish = {"action": "void_line", **WHY}
    (resolved, *_) = ok(company.staff("/v1/breaks?state=resolved"))["data"]

    refused = company.staff(f"/v1/breaks/{resolved['id']}/resolutions", "POST", wish)
    closed_already = company.staff(
        f"/v1/breaks/{resolved['id']}/resolutions", "POST", wish | {"action": "replace_line"}
    )

    assert refused.json()["code"] == closed_already.json()["code"] == "break.action_not_offered"
    assert company.staff(gone).status_code == 404
    assert company.staff(f"{gone}/resolutions", "POST", wish).json()["code"] == "break.unknown"
    assert company.staff("/v1/breaks/what/assign", "POST", {}).json()["code"] == "break.unknown"
    assert company.staff("/v1/breaks?state=maybe").status_code == 400
    without = {"action": "replace_line", "reason": "  ", "evidence": "x"}
    path = f"/v1/breaks/{resolved['id']}/resolutions"
    assert company.staff(path, "POST", without).status_code == 400
