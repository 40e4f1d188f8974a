"""Breaks of a bank's day over HTTP: both sides to the fen, entries before they are posted."""

import pytest

from tests.web.company import Company, Json, ok

WHY = {"reason": "the bank wrote to us", "evidence": "letter 12 of May"}


@pytest.fixture(scope="module")
def checker(company: Company) -> dict[str, str]:
    """Return the headers of a second person."""
    return {"Authorization": f"Bearer {company.key('approver', label='bank-checker')}"}


@pytest.fixture(scope="module")
def found(company: Company) -> Json:
    """Return a line at ICBC that is nobody's, on the day after it came."""
    customer = company.ready_customer()
    ok(customer.buy(1_000_000))
    company.pump()
    fault = {"fault": "statement_unknown_line", "target": "ICBC", "params": {"fen": 500}}
    ok(company.staff("/v1/sandbox/faults", "POST", fault))
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1}))
    rows = ok(company.staff("/v1/breaks?state=open&fund=ICBC&class=not_in_ledger"))["data"]
    row: Json = rows[0]
    return row


def test_both_sides_and_what_would_be_booked_are_shown(company: Company, found: Json) -> None:
    shown = ok(company.staff(f"/v1/breaks/{found['id']}"))

    assert (found["unit"], found["ours"], found["theirs"]) == ("fen", "0", "500")
    assert shown["suggested_action"] == "create_entry"
    bank = shown["bank"]
    assert [line["amount"]["amount"] for line in bank["lines"]] == ["500"]
    assert (bank["order"], bank["effect"]["amount"]) == (None, "-500")
    (entry,) = [each for each in bank["entries"] if each["action"] == "create_entry"]
    assert (entry["debit"], entry["credit"]) == ("bank_clearing", "suspense")
    assert entry["amount"]["amount"] == "500"


def test_a_line_is_linked_to_no_order_that_is_not_like_it(company: Company, found: Json) -> None:
    body = WHY | {"action": "link_to_order"}

    answer = company.staff(f"/v1/breaks/{found['id']}/resolutions", "POST", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "break.action_not_offered")


def test_the_day_of_the_bank_closes_with_the_second_person(
    company: Company, found: Json, checker: dict[str, str]
) -> None:
    day = ok(company.staff(f"/v1/reconciliation/{found['on']}"))
    icbc = next(bank for bank in day["banks"] if bank["bank"] == "ICBC")
    assert (icbc["break_count"], icbc["is_closed"], day["is_closed"]) == (1, False, False)
    assert day["safeguarding"]["is_breach"] is False
    assert day["payout_stop"] is None
    cockpit = ok(company.staff(f"/v1/close/990001/{found['on']}"))["cockpit"]
    steps = {row["step"]: (row["state"], row["waits_for"]) for row in cockpit}
    assert steps["import_statements"] == ("done", None)
    assert steps["match"] == ("done", None)
    assert steps["breaks"] == ("blocked", "us")

    path, body = f"/v1/breaks/{found['id']}/resolutions", WHY | {"action": "create_entry"}
    approval = ok(company.staff(path, "POST", body))["approval"]
    decision = {"verdict": "approve", "reason": "seen the letter"}
    url = f"/v1/approvals/{approval['id']}/decision"
    ok(company.http.post(url, json=decision, headers=checker))

    after = ok(company.staff(f"/v1/reconciliation/{found['on']}"))
    assert after["is_closed"] is True
    total = next(bank for bank in after["safeguarding"]["banks"] if bank["bank"] == "")
    assert total["unexplained"]["amount"] == "0"
