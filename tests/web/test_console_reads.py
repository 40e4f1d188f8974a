"""What operators watch: breaks, connections, the advance line, the audit, the close, the ledger."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.web.company import FUND, Company, Customer, Json, ok


@pytest.fixture(scope="module")
def holder(company: Company) -> Customer:
    """Return a customer who holds 10,000.00 units."""
    customer = company.ready_customer()
    ok(customer.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 3}))
    return customer


def _on(company: Company) -> date:
    day = ok(company.staff("/v1/ledger/trial-balance"))["business_time"][:10]
    return date.fromisoformat(day)


def test_the_line_behind_fast_redemptions_shows_today_and_midnight(
    company: Company, holder: Customer
) -> None:
    before = ok(company.staff(f"/v1/staff/liquidity/{FUND}"))
    body = {"fund": FUND, "units": {"units": "120000", "scale": 2}, "speed": "fast"}
    ok(holder.post("/v1/redemptions", body, key="fast"))
    after = ok(company.staff(f"/v1/staff/liquidity/{FUND}"))

    assert int(after["used"]["amount"]) == int(before["used"]["amount"]) + 120_000
    (hour,) = after["by_hour"]
    assert (hour["count"], hour["amount"]["amount"]) == (1, "120000")
    assert after["today"]["amount"] == "120000"
    projection = after["projection"]
    assert int(projection["day"]["amount"]) == 120_000 + int(projection["rest"]["amount"])
    assert projection["by_hour_end"][-1] == projection["day"]
    assert after["throttle"] in {"unlimited", "open", "low"}
    assert after["cap"]["source"]
    assert company.staff("/v1/staff/liquidity/999999").status_code == 404


def test_a_bank_that_is_down_is_shown_with_its_fault_and_what_waits(
    company: Company, holder: Customer
) -> None:
    calm = ok(company.staff("/v1/staff/connections"))
    assert len(calm["banks"]) == 12
    icbc = next(bank for bank in calm["banks"] if bank["bank"] == "ICBC")
    assert icbc["state"] == "up"
    assert icbc["last_answer_at"]
    (manager,) = [row for row in calm["managers"] if row["fund"] == FUND]
    assert manager["state"] == "up"
    assert {file["kind"] for file in manager["files"]} >= {"income", "confirmations", "close"}
    assert calm["authority"] == {
        "state": "up", "pending_count": 0, "waits_since": None, "retry_at": None,
    }  # fmt: skip

    fault = {"fault": "bank_down", "target": "ICBC"}
    ok(company.staff("/v1/sandbox/faults", "POST", fault))
    ok(holder.buy(50_000))
    ok(holder.buy(60_000))
    company.pump()
    bad = ok(company.staff("/v1/staff/connections"))
    icbc = next(bank for bank in bad["banks"] if bank["bank"] == "ICBC")
    assert icbc["state"] == "down"
    assert icbc["retry_at"]
    assert icbc["last_silence_at"]
    assert [armed["fault"] for armed in icbc["faults"]] == ["bank_down"]
    other = next(bank for bank in bad["banks"] if bank["bank"] == "SPDB")
    assert (other["state"], other["faults"]) == ("unused", [])


def test_what_does_not_tie_is_queued_with_class_age_and_what_to_do(
    company: Company, holder: Customer
) -> None:
    on = _on(company)
    fault = {"fault": "income_total_off_by_one", "target": FUND, "params": {"hours": 30}}
    ok(company.staff("/v1/sandbox/faults", "POST", fault))
    company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1})

    register, row = ok(company.staff("/v1/staff/breaks?state=open"))["data"]
    assert (register["break_class"], register["difference"]) == ("amount_mismatch", "1")
    of_holder = ok(company.staff(f"/v1/staff/breaks/{register['id']}"))
    assert of_holder["customer_id"] == holder.customer_id
    assert [order["side"] for order in of_holder["orders"]][-1] == "purchase"
    named = {action["action"]: action["needs_second_person"] for action in of_holder["actions"]}
    assert named == {"breaks_resolve": True, "close_day_run": False}
    offered = {offer["action"]: offer["refusal"] for offer in of_holder["offers"]}
    assert offered["replace_line"] is None
    assert offered["void_line"] == "other_kind"
    assert of_holder["theirs"]["record_no"]
    assert of_holder["ours"]["rule"]["account_no"] == register["customer_no"]
    assert register["suggestion"] == "ask_manager_for_register"
    assert (row["kind"], row["break_class"]) == ("total_income", "file_refused")
    assert (row["on"], row["age"], row["state"]) == (on.isoformat(), "today", "open")
    assert row["difference"] == "-1"
    assert row["suggestion"] == "ask_manager_for_figures"

    shown = ok(company.staff(f"/v1/staff/breaks/{row['id']}"))
    assert shown["data"] == row
    assert shown["report"]["source"]
    assert [action["action"] for action in shown["actions"]] == ["close_day_run"]
    summary = ok(company.staff("/v1/staff/breaks/summary"))
    assert summary["open_count"] == 2
    for query, count in {
        f"fund={FUND}": 2,
        "class=file_refused": 1,
        "class=books_differ": 0,
        "age=today": 2,
        "age=over_7": 0,
        "state=noted": 0,
    }.items():
        assert len(ok(company.staff(f"/v1/staff/breaks?{query}"))["data"]) == count, query
    for unknown in ("990001.2015-05-12.nothing.0", "what"):
        assert company.staff(f"/v1/staff/breaks/{unknown}").status_code == 404

    _blocked_then_done(company, on=on)


def _blocked_then_done(company: Company, *, on: date) -> None:
    """Look at the cockpit of a day that is blocked by its figures, and when they are right."""
    day = ok(company.staff(f"/v1/close/{FUND}/{on.isoformat()}"))
    steps = {step["step"]: step for step in day["steps"]}
    waits = (steps["validate"]["waits_for"], steps["seal"]["waits_for"], len(day["cockpit"]))
    assert waits == ("fund_manager", "us", 14)
    states = {row["step"]: row["state"] for row in day["cockpit"]}.items()
    assert ("validate", "blocked") in states

    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 2}))
    assert ok(company.staff(f"/v1/staff/breaks?state=open&fund={FUND}"))["data"] == []
    left = ok(company.staff("/v1/staff/breaks?state=open"))["data"]
    assert {row["kind"] for row in left} <= {"bank_unknown"}, "what the bank that was down owes us"
    done = ok(company.staff(f"/v1/close/{FUND}/{on.isoformat()}"))
    ends = {row["state"] for row in done["cockpit"] if row["step"] != "breaks" or not left}
    assert ends == {"done"}
    assert {step["waits_for"] for step in done["steps"]} == {None}


def test_a_day_ahead_waits_for_the_clock(company: Company, holder: Customer) -> None:
    ahead = _on(company) + timedelta(days=2)
    day = ok(company.staff(f"/v1/close/{FUND}/{ahead.isoformat()}"))
    assert {step["waits_for"] for step in day["steps"]} == {"clock"}


def test_pages_of_breaks_neither_miss_nor_repeat(company: Company, holder: Customer) -> None:
    with company.platform.database.work(while_advancing=True) as work:
        work.run(
            "INSERT INTO close_break (fund, close_on, kind, place, rows_count, account_no, ours,"
            " theirs, difference, detail, found_at)"
            " SELECT %s, date '2015-04-01' + d, 'cash_in', p, 3, 100 + p, 1, 2, -1, 'x', now()"
            " FROM generate_series(0, 4) d, generate_series(0, 2) p",
            (FUND,),
        )
    seen: list[str] = []
    cursor = ""
    while True:
        path = f"/v1/staff/breaks?limit=4&class=amount_mismatch{cursor}"
        part = ok(company.staff(path))
        seen += [row["id"] for row in part["data"]]
        if part["next_cursor"] is None:
            break
        cursor = f"&cursor={part['next_cursor']}"
    assert len(seen) == len(set(seen)) == 15
    assert seen == sorted(seen)
    assert company.staff("/v1/staff/breaks?cursor=x").json()["code"] == "validation.cursor"


def _audit(company: Company, query: str = "") -> list[Json]:
    data: list[Json] = ok(company.staff(f"/v1/staff/audit{query}"))["data"]
    return data


def test_the_audit_lists_what_staff_did_and_read(company: Company, holder: Customer) -> None:
    path = f"/v1/staff/customers/{holder.customer_id}"
    plain = ok(company.staff(path))
    assert plain["masked"] is None
    masked = ok(company.staff(f"{path}?purpose=complaint"))["masked"]
    assert "*" in masked["name"]
    body = {"fields": ["phone"], "purpose": "identity_check"}
    shown = ok(company.staff(f"{path}/reveal", "POST", body))
    assert list(shown["fields"]) == ["phone"]
    assert shown["fields"]["phone"][-4:] == masked["phone"][-4:]
    refused = company.staff(f"{path}/reveal", "POST", {"fields": ["phone"]})
    assert refused.status_code == 400
    viewer = {"Authorization": f"Bearer {company.key('viewer', label='looks-on')}"}
    assert company.http.post(f"{path}/reveal", json=body, headers=viewer).status_code == 403
    own = ok(holder.get("/v1/me/events"))["data"]
    assert "customer.identity.read" in {event["type"] for event in own}
    ok(company.staff(f"{path}/freeze", "POST", {"reason": "suspected_fraud"}))

    acts = _audit(company, "?limit=5")
    acts = [act for act in acts if act["type"] != "customer.session.ended"]
    assert [act["type"] for act in acts[:3]] == [
        "customer.account.frozen", "customer.identity.read", "customer.identity.masked_read",
    ]  # fmt: skip
    assert {act["actor"] for act in acts} == {"staff:first-operator"}
    assert acts[1]["purpose"] == "identity_check"
    assert acts[1]["facts"] == {"fields": "phone"}
    assert acts[1]["request_id"].startswith("req_")
    reads = _audit(company, "?type=customer.identity")
    assert {act["type"] for act in reads} == {
        "customer.identity.read", "customer.identity.masked_read",
    }  # fmt: skip
    assert _audit(company, f"?object={holder.customer_id}&type=customer.identity.read")
    assert _audit(company, "?actor=staff:nobody") == []
    tomorrow = (_on(company) + timedelta(days=1)).isoformat()
    assert _audit(company, f"?from={tomorrow}") == []
    assert len(_audit(company, f"?to={tomorrow}")) == len(_audit(company))
    assert company.http.get("/v1/staff/audit", headers=viewer).status_code == 200


def test_pages_of_the_audit_hold_together(company: Company, holder: Customer) -> None:
    whole = _audit(company, "?limit=500")
    first = ok(company.staff("/v1/staff/audit?limit=2"))
    rest = _audit(company, f"?limit=500&cursor={first['next_cursor']}")
    assert first["data"] + rest == whole


def test_accounts_are_listed_by_kind_and_asset_at_any_close(
    company: Company, holder: Customer
) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        part = ok(company.staff(f"/v1/ledger/accounts?limit=3{cursor}"))
        seen += [row["account"] for row in part["data"]]
        if part["next_cursor"] is None:
            break
        cursor = f"&cursor={part['next_cursor']}"
    everything = ok(company.staff("/v1/ledger/accounts?limit=500"))["data"]
    assert [row["account"] for row in everything] == seen
    assert len(seen) == len(set(seen))

    cash = ok(company.staff("/v1/ledger/accounts?kind=customer_cash"))["data"]
    assert {row["kind"] for row in cash} == {"customer_cash"}
    number = cash[0]["customer_no"]
    found = ok(company.staff(f"/v1/ledger/accounts?q={number}"))["data"]
    assert cash[0] in found
    assert ok(company.staff(f"/v1/ledger/accounts?q={cash[0]['account']}"))["data"] == [cash[0]]

    units = ok(company.staff("/v1/ledger/accounts?kind=holders_units"))["data"]
    today = sum(int(row["balance"]) for row in units)
    opened = ok(company.staff("/v1/ledger/accounts?kind=holders_units&as_of=2015-05-11"))["data"]
    assert sum(int(row["balance"]) for row in opened) == 0
    now = ok(company.staff(f"/v1/ledger/accounts?kind=holders_units&as_of={_on(company)}"))["data"]
    assert sum(int(row["balance"]) for row in now) == today > 0

    busy = next(row["account"] for row in units if row["balance"] != "0")
    path = f"/v1/ledger/accounts/{busy}/history"
    assert ok(company.staff(path))["data"]
    assert ok(company.staff(f"{path}?as_of=2015-05-11"))["data"] == []
    assert company.staff(f"/v1/ledger/transfers/{uuid4()}").status_code == 404
