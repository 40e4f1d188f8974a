"""A debt over HTTP: listed, settled by two people; payouts that wait are listed over all."""

from uuid import UUID

import pytest

from huoqi.fund.operations import settle_payments
from huoqi.payments.operations import record_evidence
from huoqi.payments.orders import Evidence
from huoqi.payments.rules.reducer import Event
from tests.web.company import Company, Json, ok


@pytest.fixture(scope="module")
def checker(company: Company) -> dict[str, str]:
    """Return the headers of a second person."""
    return {"Authorization": f"Bearer {company.key('approver', label='debt-checker')}"}


def _taken_back(company: Company, amount_fen: int) -> Json:
    """Return a purchase whose collection the bank took back, with who bought."""
    buyer = company.ready_customer()
    order: Json = ok(buyer.buy(amount_fen))["order"]
    company.pump()
    with company.platform.database.work() as work:
        row = work.row(
            "SELECT shard, order_id FROM money_order WHERE intent_id = %s", (UUID(order["id"]),)
        )
        assert row is not None
        back = Evidence(row[0], row[1], "stmt-1", "statement", Event.S_RETURNED, "", "", amount_fen)
        settle_payments(work, record_evidence(work, [back]))
    return order | {"customer_id": buyer.customer_id, "buyer": buyer}


def test_a_debt_is_written_off_by_two_people(company: Company, checker: dict[str, str]) -> None:
    order = _taken_back(company, 70_000)
    path = f"/v1/staff/debts/{order['id']}"
    (listed,) = [d for d in _all(company, "/v1/staff/debts") if d["order_id"] == order["id"]]
    assert (listed["left"]["amount"], listed["frozen"]["units"]) == ("70000", "70000")
    assert listed["customer_id"] == str(order["customer_id"])
    too_much = {"amount": "70001", "currency": "CNY"}
    wish = {"way": "write_off", "proof": "case-2015-21"}
    refused = company.staff(f"{path}/settlements", "POST", {**wish, "amount": too_much})
    assert refused.json()["code"] == "fund.debt_exceeded"

    proposed = ok(company.staff(f"{path}/settlements", "POST", wish))
    decision = f"/v1/approvals/{proposed['approval']['id']}/decision"
    assert company.staff(decision, "POST", {"verdict": "approve"}).status_code == 403
    ok(company.http.post(decision, json={"verdict": "approve"}, headers=checker))

    shown = ok(company.staff(path))
    assert (shown["debt"]["left"]["amount"], shown["debt"]["frozen"]["units"]) == ("0", "0")
    assert [(s["way"], s["state"]) for s in shown["settlements"]] == [("write_off", "settled")]
    assert any(d["order_id"] == order["id"] for d in _all(company, "/v1/staff/debts?state=settled"))
    assert ok(company.staff("/v1/ledger/trial-balance"))["balanced"]


def test_a_refund_that_is_held_back_is_listed_and_pays_the_debt(
    company: Company, checker: dict[str, str]
) -> None:
    order = _taken_back(company, 80_000)
    ok(order["buyer"].post(f"/v1/orders/{order['id']}/cancellation", {}, key="c-debt"))
    company.pump()
    waiting = [p for p in _all(company, "/v1/staff/payouts") if p["order_id"] == order["id"]]
    assert [(p["state"], p["next_step"], p["reason"]) for p in waiting] == [
        ("blocked", "ask_support", "payment.refund_exceeds_original")
    ]

    wish = {"way": "held_refund", "proof": "case-2015-22"}
    proposed = ok(company.staff(f"/v1/staff/debts/{order['id']}/settlements", "POST", wish))
    decision = f"/v1/approvals/{proposed['approval']['id']}/decision"
    ok(company.http.post(decision, json={"verdict": "approve"}, headers=checker))

    assert not [p for p in _all(company, "/v1/staff/payouts") if p["order_id"] == order["id"]]
    (payout,) = ok(order["buyer"].get("/v1/payouts"))["data"]
    assert (payout["state"], payout["next_step"]) == ("offset", "nothing")
    assert ok(order["buyer"].get(f"/v1/orders/{order['id']}"))["order"]["state"] == "refunded"
    unknown = company.staff(f"/v1/staff/debts/{order['customer_id']}")
    assert unknown.json()["code"] == "fund.debt_unknown"


def _all(company: Company, path: str) -> list[Json]:
    """Return every row of a list, page by page."""
    rows: list[Json] = []
    sign = "&" if "?" in path else "?"
    cursor = ""
    while True:
        answer = ok(company.staff(f"{path}{sign}limit=1{cursor}"))
        rows += answer["data"]
        if answer["next_cursor"] is None:
            return rows
        cursor = f"&cursor={answer['next_cursor']}"
