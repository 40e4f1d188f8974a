"""Money of a redemption that did not arrive is seen, sent to another card, and arrives there."""

from uuid import UUID, uuid4

from huoqi.close.operations.leaving import let_leavers_go
from huoqi.sandbox.people import Issuer, card_number
from tests.web.company import FUND, Company, Customer, Json, ok


def _bank_knows_card_as(company: Company, card_id: str, last_four: str) -> None:
    """Let the bank know a card by other digits: 0005 is lost, 0000 works."""
    with company.platform.database.work() as work:
        work.run(
            "UPDATE simulated.bank_card SET last_four = %s WHERE request_id = %s",
            (last_four, UUID(card_id)),
        )


def _with_a_failed_payout(company: Company) -> tuple[Customer, Json]:
    """Return a customer whose redemption went to a card that was lost meanwhile."""
    holder = company.ready_customer()
    ok(holder.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 4}))
    body = {"fund": FUND, "units": {"units": "60000", "scale": 2}, "speed": "normal"}
    ok(holder.post("/v1/redemptions", body, key="sell"))
    _bank_knows_card_as(company, holder.card_id, "0005")
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 5}))
    company.pump()
    (payout,) = ok(holder.get("/v1/payouts"))["data"]
    return holder, payout


def _second_card(company: Company, holder: Customer) -> str:
    number = card_number(
        Issuer("ICBC", "622202", 19), serial=next(company.numbers), last_four="0000"
    )
    bound = ok(holder.post("/v1/cards", {"number": number, "mobile": "13800138000"}))
    return str(bound["card"]["id"])


def test_a_failed_payout_is_sent_to_another_card_and_arrives(company: Company) -> None:
    holder, failed = _with_a_failed_payout(company)
    path = f"/v1/payouts/{failed['id']}/retry"
    assert failed["state"] in {"failed", "blocked"}
    assert failed["next_step"] == "retry_to_a_card"
    assert failed["amount"]["amount"] == "60000"
    assert ok(holder.get("/v1/holdings"))["cash"]["amount"] == "60000"

    seen = ok(company.staff(f"/v1/staff/customers/{holder.customer_id}/payouts"))["data"]
    assert seen == [failed]
    nobody = company.staff(f"/v1/staff/customers/{uuid4()}/payouts")
    assert nobody.json()["code"] == "customer.unknown"

    strange = holder.post(path, {"card_id": str(uuid4())}, key="retry")
    assert strange.json()["code"] == "card.not_bound"
    card = {"card_id": _second_card(company, holder)}
    sent = holder.post(path, card, key="retry")
    again = holder.post(path, card, key="retry")
    assert sent.status_code == 201, sent.text
    assert ok(sent)["payout"]["state"] == "sent"
    assert again.content == sent.content
    assert holder.post(path, card, key="more").json()["code"] == "fund.payout_not_waiting"
    company.pump()

    (arrived,) = ok(holder.get("/v1/payouts"))["data"]
    assert (arrived["state"], arrived["next_step"]) == ("paid_out", "nothing")
    assert ok(holder.get("/v1/holdings"))["cash"]["amount"] == "0"
    assert ok(holder.get(f"/v1/orders/{failed['order_id']}"))["order"]["state"] == "paid_out"
    assert ok(company.staff("/v1/ledger/verify", "POST"))["sound"]
    assert ok(company.staff("/v1/ledger/trial-balance"))["balanced"]


def _state(company: Company, holder: Customer) -> str:
    shown = ok(company.staff(f"/v1/staff/customers/{holder.customer_id}"))["customer"]
    return str(shown["state"])


def test_who_leaves_sends_a_failed_payout_again_and_is_gone(company: Company) -> None:
    holder = company.ready_customer()
    ok(holder.buy(50_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 4}))
    assert ok(holder.post("/v1/me/closing", {}, key="bye"))["state"] == "closing"
    _bank_knows_card_as(company, holder.card_id, "0005")
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 9}))
    let_leavers_go(company.platform, at_once=1)
    assert _state(company, holder) == "closing"

    card_id = _second_card(company, holder)
    ok(holder.post(f"/v1/cards/{card_id}/default"))
    waiting = [
        each
        for each in ok(holder.get("/v1/payouts"))["data"]
        if each["next_step"] == "retry_to_a_card"
    ]
    for each in waiting:
        path = f"/v1/payouts/{each['id']}/retry"
        ok(holder.post(path, {"card_id": card_id}, key=each["id"]))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 9}))
    let_leavers_go(company.platform, at_once=1)

    assert waiting
    assert _state(company, holder) == "closed"
    assert ok(company.staff("/v1/ledger/verify", "POST"))["sound"]


def test_only_its_owner_with_a_grant_and_a_key_sends_a_payout_again(company: Company) -> None:
    holder, failed = _with_a_failed_payout(company)
    path = f"/v1/payouts/{failed['id']}/retry"
    other = company.ready_customer()
    theirs = other.post(path, {"card_id": other.card_id}, key="k")
    assert (theirs.status_code, theirs.json()["code"]) == (404, "fund.payout_not_found")
    assert ok(other.get("/v1/payouts"))["data"] == []
    body = {"card_id": holder.card_id}
    assert holder.post(path, body).json()["code"] == "idempotency.missing"
    holder.grant = ""
    assert holder.post(path, body, key="k").json()["code"] == "auth.step_up_required"


def test_a_fast_redemption_that_was_undone_has_nothing_to_send(company: Company) -> None:
    holder = company.ready_customer()
    ok(holder.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 4}))
    body = {"fund": FUND, "units": {"units": "10000", "scale": 2}, "speed": "fast"}
    _bank_knows_card_as(company, holder.card_id, "0005")
    ok(holder.post("/v1/redemptions", body, key="fast"))
    company.pump()

    (undone,) = ok(holder.get("/v1/payouts"))["data"]
    card = {"card_id": _second_card(company, holder)}
    answer = holder.post(f"/v1/payouts/{undone['id']}/retry", card, key="k")

    assert (undone["state"], undone["next_step"]) == ("failed", "nothing")
    assert (answer.status_code, answer.json()["code"]) == (409, "fund.payout_not_waiting")


def test_payouts_come_in_pages(company: Company) -> None:
    buyer = company.ready_customer()
    for number in range(3):
        order = ok(buyer.buy(2_000 + number))["order"]
        company.pump()
        ok(buyer.post(f"/v1/orders/{order['id']}/cancellation", {}, key=f"c{number}"))
        company.pump()

    first = ok(buyer.get("/v1/payouts?limit=2"))
    rest = ok(buyer.get(f"/v1/payouts?limit=2&cursor={first['next_cursor']}"))

    amounts = [each["amount"]["amount"] for each in first["data"] + rest["data"]]
    assert amounts == ["2002", "2001", "2000"]
    assert rest["next_cursor"] is None
