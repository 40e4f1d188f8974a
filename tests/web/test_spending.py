"""Merchants and persons over HTTP: opened by two, paid once, given back, and nobody tried out."""

from itertools import product
from uuid import uuid4

import pytest

from tests.web.company import FUND, Company, Customer, Json, ok


@pytest.fixture(scope="module")
def saver(company: Company) -> Customer:
    """Return a customer with 10,000.00 units that can be spent."""
    holder = company.ready_customer()
    ok(holder.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 2}))
    holder.grant = ok(holder.post("/v1/step-ups", holder.password))["grant"]
    return holder


@pytest.fixture(scope="module")
def friend(company: Company) -> Customer:
    """Return somebody to send money to."""
    return company.ready_customer()


@pytest.fixture(scope="module")
def merchant(company: Company) -> Json:
    """Return a shop that two people opened, with its key."""
    owner = company.ready_customer()
    body = {
        "name": "小米之家",
        "category": "electronics",
        "owner_id": owner.customer_id,
        "proof": "contract-1",
    }
    told = company.checked(company.staff("/v1/staff/merchants", "POST", body))
    shop_id = told["approval"]["id"]
    given = ok(company.staff(f"/v1/staff/merchants/{shop_id}/key", "POST"))
    return {**given["merchant"], "key": given["key"]}


def fen(amount_fen: int) -> Json:
    return {"amount": str(amount_fen), "currency": "CNY"}


def as_merchant(
    company: Company, merchant: Json, path: str, body: Json | None = None, *, key: str = ""
) -> Json:
    headers = {"Authorization": f"Bearer {merchant['key']}"}
    if key:
        headers["Idempotency-Key"] = key
    method = "GET" if body is None else "POST"
    answer = company.http.request(method, f"/v1/merchant{path}", headers=headers, json=body)
    found: Json = answer.json()
    return found | {"http": answer.status_code}


def cash(holder: Customer) -> str:
    return str(ok(holder.get("/v1/cash"))["cash"]["amount"])


def pay(holder: Customer, merchant: Json, amount_fen: int, *, key: str, fund: bool = True) -> Json:
    body: Json = {"merchant_id": merchant["id"], "amount": fen(amount_fen)}
    if fund:
        body["fund"] = FUND
    answer = holder.post("/v1/merchant-payments", body, key=key)
    found: Json = answer.json()
    return found | {"http": answer.status_code}


def test_a_merchant_is_found_by_code_and_by_id_and_its_secrets_are_not(
    saver: Customer, merchant: Json
) -> None:
    by_code = ok(saver.get(f"/v1/merchants/{merchant['code']}"))["merchant"]
    by_id = ok(saver.get(f"/v1/merchants/{merchant['id']}"))["merchant"]

    assert by_code == by_id
    assert by_code.keys() == {"id", "code", "name", "category"}
    for nobody in ("999", "x", str(uuid4())):
        assert saver.get(f"/v1/merchants/{nobody}").json()["code"] == "merchant.unknown"


def test_a_payment_is_made_once_and_given_back_in_parts(
    company: Company, saver: Customer, merchant: Json
) -> None:
    first = pay(saver, merchant, 60_000, key="phone")
    again = pay(saver, merchant, 60_000, key="phone")
    other = pay(saver, merchant, 60_001, key="phone")
    assert (first["http"], first) == (201, again)
    assert other["http"] == 422
    payment = first["payment"]
    assert payment["fund"] == FUND

    (line, *_) = as_merchant(company, merchant, "/payments")["data"]
    assert (line["id"], line["amount"]["amount"]) == (payment["id"], "60000")
    path = f"/payments/{payment['id']}/refunds"
    part = as_merchant(company, merchant, path, {"amount": fen(20_000), "to": "cash"}, key="a")
    same = as_merchant(company, merchant, path, {"amount": fen(20_000), "to": "cash"}, key="a")
    odd = as_merchant(company, merchant, path, {"amount": fen(20_001), "to": "cash"}, key="a")
    rest = as_merchant(company, merchant, path, {"amount": fen(40_000), "to": "fund"}, key="b")
    beyond = as_merchant(company, merchant, path, {"amount": fen(1), "to": "cash"}, key="c")
    keyless = as_merchant(company, merchant, path, {"amount": fen(1), "to": "cash"})
    assert part["refund"] == same["refund"]
    assert (odd["http"], odd["code"]) == (409, "spending.id_reused")
    assert rest["refund"]["to"] == "fund"
    assert beyond["code"] == "merchant.refund_exceeds_payment"
    assert keyless["http"] == 400
    assert cash(saver) == "20000"
    detail = as_merchant(company, merchant, f"/payments/{payment['id']}")
    assert {each["amount"]["amount"] for each in detail["refunds"]} == {"20000", "40000"}
    (paid,) = ok(saver.get("/v1/merchant-payments"))["data"]
    assert paid["refunded"]["amount"] == "60000"


def test_cash_pays_buys_and_goes_to_a_card(
    company: Company, saver: Customer, merchant: Json
) -> None:
    had_fen = int(cash(saver))
    paid = pay(saver, merchant, 5_000, key="cash", fund=False)
    bought = saver.post("/v1/cash/purchases", {"fund": FUND, "amount": fen(6_000)}, key="buy")
    sent = saver.post(
        "/v1/cash/payouts", {"amount": fen(7_000), "card_id": saver.card_id}, key="out"
    )
    too_much = saver.post(
        "/v1/cash/payouts", {"amount": fen(700_000), "card_id": saver.card_id}, key="more"
    )
    company.pump()

    assert (paid["http"], bought.status_code, sent.status_code) == (201, 201, 201)
    assert ok(bought)["order"]["state"] == "paid"
    assert too_much.json()["code"] == "payment.balance_too_low"
    assert int(cash(saver)) == had_fen - 18_000


def test_a_stranger_with_a_wrong_key_sees_nothing(company: Company, merchant: Json) -> None:
    stranger = {**merchant, "key": "hqm_" + "0" * 64}
    for wrong in (stranger, {**merchant, "key": company.operator}):
        assert as_merchant(company, wrong, "/statement")["http"] == 401


def test_money_goes_to_a_person_and_both_have_it_on_record(
    company: Company, saver: Customer, friend: Customer
) -> None:
    body = {
        "phone": friend.phone,
        "name": friend.identity["name"],
        "amount": fen(30_000),
        "fund": FUND,
    }
    checked = ok(
        saver.post("/v1/transfers/receiver-check", {name: body[name] for name in ("phone", "name")})
    )
    assert checked["name"] == friend.identity["name"][0] + "*" * (len(friend.identity["name"]) - 1)
    first = saver.post("/v1/transfers", body, key="gift")
    again = saver.post("/v1/transfers", body, key="gift")
    assert ok(first)["transfer"]["state"] == "held"
    assert again.content == first.content
    company.pump()

    (given,) = ok(saver.get("/v1/transfers"))["data"]
    (received,) = ok(friend.get("/v1/transfers"))["data"]
    assert (given["way"], given["state"]) == ("out", "arrived")
    assert (received["way"], received["amount"]["amount"]) == ("in", "30000")
    assert (given["id"], cash(friend)) == (received["id"], "30000")
    assert ok(company.staff("/v1/ledger/trial-balance"))["balanced"]


def test_numbers_cannot_be_tried_out(saver: Customer, friend: Customer) -> None:
    name, phone = friend.identity["name"], friend.phone
    wrong = [*product([phone], ["张三", "李四"]), ("13900000001", name), ("13900000002", "x")]
    answers = [
        saver.post("/v1/transfers/receiver-check", {"phone": number, "name": text}).json()
        for number, text in wrong
    ]

    told = [{k: v for k, v in a.items() if k not in ("request_id", "instance")} for a in answers]
    assert all(each == told[0] for each in told)
    assert told[0]["code"] == "transfer.receiver_not_reached"
    for _ in range(6):
        saver.post("/v1/transfers/receiver-check", {"phone": "13900000003", "name": "x"})
    spent = saver.post("/v1/transfers/receiver-check", {"phone": phone, "name": name})
    assert (spent.status_code, spent.json()["code"]) == (429, "transfer.lookups_used_up")


def test_over_a_limit_the_rule_and_its_date_are_told(saver: Customer, merchant: Json) -> None:
    refused = pay(saver, merchant, 500_001, key="tv")

    assert (refused["http"], refused["code"]) == (422, "spending.limit")
    assert refused["facts"]["since"] == "2015-05-11"


def test_a_merchants_day_is_settled_to_its_owner_less_the_fee(
    company: Company, saver: Customer, merchant: Json
) -> None:
    pay(saver, merchant, 10_000, key="tea")
    unsettled_fen = int(as_merchant(company, merchant, "/statement")["unsettled"]["amount"])
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1}))
    statement = as_merchant(company, merchant, "/statement")

    (line, *_) = statement["settlements"]
    assert statement["unsettled"]["amount"] == "0"
    assert int(line["gross"]["amount"]) == unsettled_fen
    assert int(line["fee"]["amount"]) == (unsettled_fen * 38 + 5_000) // 10_000
    assert line["reason"] is None
