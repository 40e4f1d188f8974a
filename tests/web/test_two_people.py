"""Changes that two people make: reviews, overrides, the advance line, the calendar, lost days."""

import re
from datetime import date
from uuid import uuid4

import pytest

from huoqi.kit.dates import shanghai_midnight
from huoqi.sandbox.magic_values import magic_values
from huoqi.sandbox.people import person
from tests.web.company import CODE, FUND, Company, Json, ok


@pytest.fixture(scope="module")
def checker(company: Company) -> dict[str, str]:
    """Return the headers of a second person."""
    return {"Authorization": f"Bearer {company.key('approver', label='checker')}"}


def _decide(company: Company, checker: dict[str, str], proposed: Json, verdict: str) -> Json:
    path = f"/v1/approvals/{proposed['approval']['id']}/decision"
    own = company.staff(path, "POST", {"verdict": verdict})
    assert own.json()["code"] == "approval.maker_is_checker"
    decided = ok(company.http.post(path, json={"verdict": verdict}, headers=checker))
    approval: Json = decided["approval"]
    return approval


def _application_under_review(company: Company) -> tuple[str, str]:
    """Return the id of an application that people look at, and the applicant's phone."""
    someone = person(next(company.numbers))
    sample = next(value.sample for value in magic_values() if value.ending == "777")
    phone = someone.phone
    ok(company.http.post("/v1/registrations", json={"phone": phone}))
    proof = {"phone": phone, "code": CODE}
    token = ok(company.http.post("/v1/registrations/code", json=proof))["application_token"]
    body = {"application_token": token, "name": someone.name, "national_id": sample}
    waiting = company.http.post("/v1/registrations/identity", json=body)
    assert waiting.status_code == 202, waiting.text
    listed = ok(company.staff("/v1/staff/applications"))["data"]
    return listed[-1]["application_id"], phone


def _may_sign_in(company: Company, phone: str) -> bool:
    company.http.post("/v1/sessions/code", json={"phone": phone})
    answer = company.http.post("/v1/sessions", json={"phone": phone, "code": CODE, "device": "t"})
    return answer.status_code == 201


def test_an_applicant_is_refused_or_accepted_by_two_people(
    company: Company, checker: dict[str, str]
) -> None:
    application, phone = _application_under_review(company)
    path = f"/v1/staff/applications/{application}/resolution"
    refusal = {"verdict": "refuse", "proof": "case-2015-17"}
    refused = _decide(company, checker, ok(company.staff(path, "POST", refusal)), "approve")
    assert refused["state"] == "approved"
    assert not _may_sign_in(company, phone)
    again = company.staff(path, "POST", refusal)
    assert (again.status_code, again.json()["code"]) == (409, "identity.not_under_review")
    assert again.json()["facts"]["state"] == "refused"

    application, phone = _application_under_review(company)
    path = f"/v1/staff/applications/{application}/resolution"
    wish = {"verdict": "accept", "proof": "case-2015-18"}
    accepted = _decide(company, checker, ok(company.staff(path, "POST", wish)), "approve")
    assert accepted["after"] == {"state": "accepted"}
    assert _may_sign_in(company, phone)
    assert application not in company.staff("/v1/staff/applications").text


def test_a_refused_proposal_leaves_the_review_open(
    company: Company, checker: dict[str, str]
) -> None:
    sample = "/v1/staff/applications/018f2b7a-0000-7000-8000-000000000001/resolution"
    wish = {"verdict": "accept", "proof": "case-1"}
    nobody = company.staff(sample, "POST", wish)
    assert nobody.json()["code"] == "identity.application_unknown"
    prose = company.staff(sample, "POST", {**wish, "proof": "张三看过"})
    assert prose.json()["code"] == "validation.failed"


def test_the_advance_line_is_moved_by_two_people(company: Company, checker: dict[str, str]) -> None:
    path = f"/v1/funds/{FUND}/advance-line"
    before = ok(company.staff(path))
    smaller = {"limit": {"amount": "1000000", "currency": "CNY"}, "source": "letter 4"}
    proposed = ok(company.staff(path, "POST", smaller))
    assert proposed["approval"]["before"] == {"limit_fen": before["limit"]["amount"]}
    assert ok(company.staff(path)) == before

    _decide(company, checker, proposed, "approve")

    assert ok(company.staff(path))["limit"]["amount"] == "1000000"
    _decide(
        company,
        checker,
        ok(company.staff(path, "POST", {"limit": None, "source": "letter 5"})),
        "approve",
    )
    assert ok(company.staff(path))["limit"] is None
    again = company.staff(path, "POST", {"limit": None, "source": "letter 6"})
    assert (again.status_code, again.json()["code"]) == (409, "fund.advance_line_unchanged")
    negative = {"limit": {"amount": "-1"}, "source": "x"}
    assert company.staff(path, "POST", negative).status_code == 400
    unknown = company.staff("/v1/funds/999999/advance-line", "POST", smaller)
    assert unknown.json()["code"] == "fund.unknown"


def test_personal_data_in_free_text_is_masked_before_it_is_kept(company: Company) -> None:
    text = "asked by 13800138000, 11010519491231002X"
    masked = "asked by <PHONE>, <CN_ID>"
    wish = {"state": "gated", "reason": text, "source": text}

    proposed = ok(company.staff(f"/v1/funds/{FUND}/state", "POST", wish))["approval"]

    assert proposed["after"]["reason"] == proposed["after"]["source"] == masked
    assert proposed["evidence"] == masked
    ok(company.staff(f"/v1/approvals/{proposed['id']}", "DELETE"))


def test_an_outdated_proposal_is_stale(company: Company, checker: dict[str, str]) -> None:
    path = f"/v1/funds/{FUND}/advance-line"
    first, second = (
        ok(company.staff(path, "POST", {"limit": {"amount": amount}, "source": "letter 6"}))
        for amount in ("2000000", "3000000")
    )
    _decide(company, checker, first, "approve")

    late = f"/v1/approvals/{second['approval']['id']}/decision"
    answer = company.http.post(late, json={"verdict": "approve"}, headers=checker)

    assert (answer.status_code, answer.json()["code"]) == (409, "approval.stale")
    assert ok(company.staff(path))["limit"]["amount"] == "2000000"


def test_rivals_are_imported_or_named_by_cell(company: Company) -> None:
    heading = "name,quoted_on,yield_7d_pct,income_per_10k,source,published_on\n"
    line = "Another Fund,2015-05-10,4.260,1.1405,Gazette,2015-05-11\n"
    taken = company.staff("/v1/rival-yields", "POST", {"csv": heading + line})
    assert (taken.status_code, taken.json()["imported"]) == (201, 1)
    shown = ok(company.http.get("/v1/rival-yields?from=2015-05-10&to=2015-05-11"))["data"]
    assert {row["name"]: row["yield_7d_e3"] for row in shown}["Another Fund"] == "4260"

    bad = company.staff("/v1/rival-yields", "POST", {"csv": heading + line.replace("4.260", "4,2")})
    wrong = company.staff(
        "/v1/rival-yields", "POST", {"csv": heading + line + line.replace("4.260", "four")}
    )

    assert bad.json()["code"] == "validation.cell_count"
    assert wrong.json()["code"] == "validation.bad_number"
    assert wrong.json()["facts"] == {"row": 3, "column": "yield_7d_pct"}
    without_source = company.staff(
        "/v1/rival-yields", "POST", {"csv": heading + line.replace("Gazette", "")}
    )
    assert without_source.json()["code"] == "fund.rival_text"


def test_the_registers_figure_is_accepted_by_two_people(
    company: Company, checker: dict[str, str]
) -> None:
    holder = company.ready_customer()
    ok(holder.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 3}))
    (last,) = [row for row in ok(holder.get("/v1/holdings"))["data"] if row["fund"] == FUND]
    on, ours = last["last_income_on"], int(last["last_income"]["amount"])
    path = f"/v1/staff/customers/{holder.customer_id}/holdings/{FUND}/days/{on}/override"
    body = {"income": {"amount": str(ours + 1)}, "source": "OFD_05_20150512.TXT", "record_no": 12}
    proposed = ok(company.staff(path, "POST", body))
    assert proposed["approval"]["before"] == {"income_fen": str(ours)}

    _decide(company, checker, proposed, "approve")

    told = ok(holder.get(f"/v1/holdings/{FUND}/days/{on}"))
    assert int(told["income"]["amount"]) == ours + 1
    held = ok(holder.get(f"/v1/holdings/{FUND}"))["holding"]
    assert int(held["units"]["units"]) == int(last["units"]["units"]) + 1
    again = ok(company.staff(path, "POST", {**body, "record_no": 13}))
    late = f"/v1/approvals/{again['approval']['id']}/decision"
    answer = company.http.post(late, json={"verdict": "approve"}, headers=checker)
    assert answer.json()["code"] == "fund.override_exists"
    # What cannot be carried out is not decided either.
    assert ok(company.staff(f"/v1/approvals/{again['approval']['id']}"))["approval"]["state"] == (
        "pending"
    )
    early = company.staff(path.replace(on, "2014-01-01"), "POST", body)
    assert early.json()["code"] == "fund.holding_unknown"
    future = company.staff(path.replace(on, "2019-01-01"), "POST", body)
    assert future.json()["code"] == "fund.day_not_published"
    stranger = company.staff(path.replace(holder.customer_id, str(uuid4())), "POST", body)
    assert stranger.status_code == 404


def test_a_later_notice_opens_the_days_that_it_names(
    company: Company, checker: dict[str, str]
) -> None:
    known = ok(company.http.get("/v1/calendar"))
    assert (known["last_loaded_on"], known["alarm_on"]) == ("2026-12-31", "2026-11-16")
    assert not known["needs_extension"]
    assert "2015-06-22" in known["closed_on"]
    assert ok(company.http.get("/readyz"))["calendar"]["last_loaded_on"] == "2026-12-31"
    beyond = {"to": "2027-01-05T09:00:00+08:00"}
    refused = company.staff("/v1/sandbox/clock/advance", "POST", beyond)
    assert refused.json()["code"] == "calendar.beyond_horizon"
    notice = {
        "last_loaded_on": "2027-12-31",
        "closed_on": ["2027-01-01", "2027-10-01"],
        "source": "notice of the exchange",
        "version": "2027-1",
    }

    proposed = ok(company.staff("/v1/calendar", "POST", notice))
    _decide(company, checker, proposed, "approve")

    longer = ok(company.http.get("/v1/calendar"))
    assert (longer["last_loaded_on"], longer["version"]) == ("2027-12-31", "2027-1")
    assert ok(company.http.get(f"/v1/funds/{FUND}"))["calendar_until"] == "2027-12-31"
    ok(company.http.get("/readyz"))
    page = company.http.get("/metrics").text
    (seconds,) = re.findall(r'huoqi_calendar_seconds\{name="last_loaded"\} (\S+)', page)
    assert float(seconds) == shanghai_midnight(date(2027, 12, 31)).timestamp()
    far = company.staff("/v1/sandbox/clock/advance", "POST", {"to": "2028-01-05T09:00:00+08:00"})
    assert far.json()["code"] == "calendar.beyond_horizon"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"last_loaded_on": "2015-12-31"}, "calendar.not_later"),
        ({"last_loaded_on": "2199-12-31"}, "calendar.too_far"),
        ({"closed_on": ["2015-01-01"]}, "calendar.closure_outside"),
        ({"closed_on": ["soon"]}, "validation.failed"),
        ({"source": ""}, "validation.failed"),
    ],
)
def test_a_notice_that_does_not_fit_is_refused(company: Company, change: Json, code: str) -> None:
    notice = {
        "last_loaded_on": "2028-06-30",
        "closed_on": [],
        "source": "notice",
        "version": "1",
    }

    assert company.staff("/v1/calendar", "POST", {**notice, **change}).json()["code"] == code


def test_a_lost_day_is_passed_by_two_people(company: Company, checker: dict[str, str]) -> None:
    path = f"/v1/close/{FUND}/2015-05-12/negative-income"
    proposed = ok(company.staff(path, "POST"))
    assert proposed["approval"]["kind"] == "close.negative_income"

    assert _decide(company, checker, proposed, "refuse")["state"] == "refused"


def test_a_trading_day_is_called_off_by_two_people_before_it_begins(
    company: Company, checker: dict[str, str]
) -> None:
    path = "/v1/calendar/closures"
    wish = {"closed_on": ["2026-09-08"], "source": "typhoon", "version": "2026-storm"}
    past = company.staff(path, "POST", {**wish, "closed_on": ["2015-05-11"]})
    assert past.json()["code"] == "calendar.closure_too_late"
    weekend = company.staff(path, "POST", {**wish, "closed_on": ["2026-09-12"]})
    assert weekend.json()["code"] == "calendar.already_shut"

    approval = _decide(company, checker, ok(company.staff(path, "POST", wish)), "approve")

    assert approval["after"]["orders_moved"] == "0"
    assert ok(company.http.get("/v1/calendar"))["version"] == "2026-storm"


def _key_made_by(company: Company, key: str, *roles: str, label: str) -> str:
    body = {"label": label, "roles": list(roles)}
    headers = {"Authorization": f"Bearer {key}"}
    made: str = company.checked(company.http.post("/v1/api-keys", json=body, headers=headers))[
        "key"
    ]
    return made


def test_a_key_of_ones_own_making_is_no_second_person(company: Company) -> None:
    path = f"/v1/close/{FUND}/2015-05-13/negative-income"
    wang = _key_made_by(company, company.operator, "operator", label="wang")
    li = _key_made_by(company, company.operator, "approver", label="li")
    spare = _key_made_by(company, wang, "approver", label="spare")
    spare_of_spare = _key_made_by(company, wang, "operator", label="spare-2")
    headers = {"Authorization": f"Bearer {wang}"}

    proposed = ok(company.http.post(path, headers=headers))
    decision = f"/v1/approvals/{proposed['approval']['id']}/decision"

    for key in (wang, spare, spare_of_spare, company.operator):
        refused = company.http.post(
            decision, json={"verdict": "approve"}, headers={"Authorization": f"Bearer {key}"}
        )
        assert refused.json()["code"] == "approval.maker_is_checker"
    # Two people whose keys the first operator made are two people.
    decided = company.http.post(
        decision, json={"verdict": "refuse"}, headers={"Authorization": f"Bearer {li}"}
    )
    assert ok(decided)["approval"]["state"] == "refused"


def test_a_persons_numbers_do_not_stay_in_a_reason(
    company: Company, checker: dict[str, str]
) -> None:
    path = f"/v1/close/{FUND}/2015-05-15/negative-income"
    proposed = ok(company.staff(path, "POST"))["approval"]["id"]
    word = {"verdict": "refuse", "reason": "called 13800001234, no answer"}

    decided = company.http.post(f"/v1/approvals/{proposed}/decision", json=word, headers=checker)

    assert ok(decided)["approval"]["reason"].startswith("called ")
    assert "13800001234" not in company.staff(f"/v1/approvals/{proposed}").text


def test_two_keys_of_one_persons_making_are_one_hand(company: Company) -> None:
    path = f"/v1/close/{FUND}/2015-05-14/negative-income"
    zhao = _key_made_by(company, company.operator, "operator", label="zhao")
    one = _key_made_by(company, zhao, "operator", label="zhao-1")
    two = _key_made_by(company, zhao, "approver", label="zhao-2")
    proposed = ok(company.http.post(path, headers={"Authorization": f"Bearer {one}"}))

    refused = company.http.post(
        f"/v1/approvals/{proposed['approval']['id']}/decision",
        json={"verdict": "approve"},
        headers={"Authorization": f"Bearer {two}"},
    )

    assert refused.json()["code"] == "approval.maker_is_checker"


def test_a_fund_is_suspended_for_a_reason_of_several_words(
    company: Company, checker: dict[str, str]
) -> None:
    for state in ("purchases_suspended", "open"):
        change = {"state": state, "reason": "the quarter's end, 季末", "source": "notice 2015-7"}
        proposed = ok(company.staff(f"/v1/funds/{FUND}/state", "POST", change))

        decided = _decide(company, checker, proposed, "approve")

        assert decided["state"] == "approved"
        fund = ok(company.http.get(f"/v1/funds/{FUND}"))["fund"]
        assert (fund["state"], fund["state_reason"]) == (state, change["reason"])
