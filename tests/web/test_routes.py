"""Each route once, as somebody would use it."""

from uuid import uuid4

from huoqi.sandbox.people import Issuer, card_number
from tests.web.company import CODE, FUND, PASSWORD, Company, ok


def _redeem(units: str, *, speed: str) -> dict[str, object]:
    return {"fund": FUND, "units": {"units": units, "scale": 2}, "speed": speed}


def test_money_goes_in_earns_and_comes_out(company: Company) -> None:
    holder = company.ready_customer()
    bought = ok(holder.buy(1_000_000))["order"]
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 2}))

    order = ok(holder.get(f"/v1/orders/{bought['id']}"))["order"]
    assert order["state"] == "earning"
    held = ok(holder.get(f"/v1/holdings/{FUND}"))["holding"]
    income = ok(holder.get(f"/v1/holdings/{FUND}/income?month=2015-05"))
    explained = ok(holder.get(f"/v1/holdings/{FUND}/days/{order['earns_from']}"))
    earned = int(explained["income"]["amount"])
    assert int(held["units"]["units"]) == 1_000_000 + earned
    assert int(income["total"]["amount"]) == earned > 0
    all_income = ok(holder.get(f"/v1/holdings/{FUND}/income/total"))
    assert (all_income["total"], all_income["last_on"]) == (
        income["total"],
        income["data"][-1]["on"],
    )
    entries = ok(holder.get(f"/v1/holdings/{FUND}/entries?from=2015-05-01"))
    moved = sum(int(entry["units"]["units"]) for entry in entries["data"])
    assert entries["units"] == held["units"]
    assert int(entries["opening_units"]["units"]) + moved == int(held["units"]["units"])
    rule = {name: int(value) for name, value in explained["rule"].items() if name != "mode"}
    assert divmod(rule["product"], rule["denominator"]) == (rule["floor_fen"], rule["remainder"])
    assert rule["floor_fen"] + rule["plus_one_fen"] == earned

    quota = ok(holder.get(f"/v1/holdings/{FUND}/quota"))
    assert quota["offered"]
    fast = holder.post("/v1/redemptions", _redeem("10000", speed="fast"), key="fast")
    assert fast.status_code == 201, fast.text
    company.pump()
    paid = ok(holder.get(f"/v1/orders/{fast.json()['order']['id']}"))["order"]
    assert paid["state"] == "paid_out"
    after = ok(holder.get(f"/v1/holdings/{FUND}"))["holding"]
    assert int(after["units"]["units"]) == int(held["units"]["units"]) - 10_000
    everything = {"fund": FUND, "all": True, "speed": "normal"}
    rest = holder.post("/v1/redemptions", everything, key="rest")
    assert rest.status_code == 201, rest.text
    assert rest.json()["order"]["takes_all"]


def test_a_redemption_names_units_or_all(company: Company) -> None:
    holder = company.ready_customer()
    for body in (
        {"fund": FUND, "speed": "fast"},
        {**_redeem("1", speed="fast"), "all": True},
        _redeem("0", speed="fast"),
    ):
        assert holder.post("/v1/redemptions", body, key=uuid4().hex).status_code == 400
    answer = holder.post("/v1/redemptions", _redeem("1", speed="fast"), key="k")
    assert answer.json()["code"] == "redeem.insufficient_units"


def test_a_paid_order_is_taken_back(company: Company) -> None:
    buyer = company.ready_customer()
    order = ok(buyer.buy(20_000))["order"]
    company.pump()

    path = f"/v1/orders/{order['id']}/cancellation"
    taken = buyer.post(path, {}, key="c1")
    again = buyer.post(path, {}, key="c1")

    assert taken.status_code == 201, taken.text
    assert taken.json()["order"]["state"] == "cancelled"
    assert again.content == taken.content
    assert again.headers["idempotent-replay"] == "true"
    assert buyer.post(path, {}).json()["code"] == "idempotency.missing"


def test_a_refusal_frees_its_key(company: Company) -> None:
    buyer = company.ready_customer()
    dear = buyer.buy(10**15, key="same")
    assert dear.status_code == 422, dear.text

    assert buyer.buy(10_000, key="same").status_code == 201


def test_a_retry_is_answered_after_its_grant_has_ended(company: Company) -> None:
    buyer = company.ready_customer()
    first = buyer.buy(10_000, key="k")
    buyer.grant = ""

    again = buyer.buy(10_000, key="k")

    assert again.content == first.content
    assert buyer.buy(10_000, key="other").json()["code"] == "auth.step_up_required"


def test_orders_come_in_pages_that_stay_put(company: Company) -> None:
    buyer = company.ready_customer()
    made = [ok(buyer.buy(1_000 + number))["order"]["id"] for number in range(5)]
    first = ok(buyer.get("/v1/orders?limit=2"))
    ok(buyer.buy(9_000))  # an insert must not shift the pages

    seen = [order["id"] for order in first["data"]]
    cursor = first["next_cursor"]
    while cursor:
        following = ok(buyer.get(f"/v1/orders?limit=2&cursor={cursor}"))
        seen += [order["id"] for order in following["data"]]
        cursor = following["next_cursor"]
    assert seen == made[::-1]


def test_events_go_on_where_one_stopped(company: Company) -> None:
    first = ok(company.staff("/v1/events?limit=3"))
    rest = ok(company.staff(f"/v1/events?limit=500&cursor={first['next_cursor']}"))
    numbers = [int(event["seq"]) for event in first["data"] + rest["data"]]
    assert numbers == list(range(1, len(numbers) + 1))
    one = first["data"][0]
    assert ok(company.staff(f"/v1/events/{one['id']}"))["event"] == one
    assert ok(company.staff("/v1/events?type=no.such.type"))["data"] == []


def test_a_magic_card_is_refused_by_its_name(company: Company) -> None:
    stranger = company.register()
    body = {"number": "6222020000000140004", "mobile": "13800138000"}

    answer = stranger.post("/v1/cards", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "card.name_mismatch")


def test_an_account_is_closed_once_nothing_is_left(company: Company) -> None:
    empty = company.ready_customer()
    closed = empty.post("/v1/me/closing", {}, key="bye")
    assert (closed.status_code, closed.json()["state"]) == (201, "closed")
    assert empty.get("/v1/holdings").status_code in {401, 403}

    holder = company.ready_customer()
    ok(holder.buy(5_000))
    assert holder.post("/v1/me/closing", {}).json()["code"] == "idempotency.missing"
    refused = holder.post("/v1/me/closing", {}, key="bye")
    assert refused.json()["code"] == "customer.orders_open"
    keep = holder.http.delete("/v1/me/closing", headers=holder.headers)
    assert keep.json()["code"] == "customer.not_closing"


def test_cards_have_limits_a_default_and_an_end(company: Company) -> None:
    holder = company.ready_customer()
    left = ok(holder.get(f"/v1/cards/{holder.card_id}/limits"))
    assert int(left["left"]["amount"]) > 0
    ok(holder.post(f"/v1/cards/{holder.card_id}/default"))
    assert ok(holder.get("/v1/cards"))["data"][0]["is_default"]

    gone = holder.http.delete(f"/v1/cards/{holder.card_id}", headers=holder.headers)

    assert ok(gone)["card"]["state"] == "unbound"


def test_a_bank_may_ask_for_a_code(company: Company) -> None:
    stranger = company.register()
    number = card_number(Issuer("ICBC", "622202", 19), serial=7, last_four="0036")
    body = {"number": number, "mobile": "13800138000"}
    asked = stranger.post("/v1/cards", body)
    assert asked.status_code == 202, asked.text
    card = asked.json()["card"]
    assert card["state"] == "sms_sent"

    bound = stranger.post(f"/v1/cards/{card['id']}/code", {"code": CODE})

    assert ok(bound)["card"]["state"] == "bound"


def test_the_account_is_shown_masked_and_can_be_frozen(company: Company) -> None:
    holder = company.ready_customer()
    me = ok(holder.get("/v1/me"))
    assert "*" in me["phone_masked"]
    assert me["has_payment_password"]
    ok(holder.post("/v1/me/freeze"))
    assert holder.buy(1_000).json()["code"] == "customer.frozen"
    assert ok(holder.get("/v1/me"))["frozen_by"] == "self"
    ok(holder.post("/v1/me/unfreeze"))
    assert holder.buy(1_000).status_code == 201


def test_wrong_payment_passwords_are_counted(company: Company) -> None:
    holder = company.ready_customer()
    for left in range(4, 0, -1):
        answer = holder.post("/v1/step-ups", {"payment_password": "999999"})
        assert answer.json()["code"] == "payment_password.wrong"
        assert answer.json()["facts"]["tries_left"] == left
    locked = holder.post("/v1/step-ups", {"payment_password": "999999"})
    assert locked.json()["code"] == "payment_password.locked"


def test_a_changed_password_keeps_money_in_for_a_day(company: Company) -> None:
    holder = company.ready_customer()
    body = {"old_payment_password": PASSWORD, "new_payment_password": "947163"}
    changed = holder.http.put("/v1/me/payment-password", headers=holder.headers, json=body)
    ok(changed)
    grant = holder.post("/v1/step-ups", {"payment_password": "947163"})
    holder.grant = ok(grant)["grant"]

    answer = holder.post("/v1/redemptions", _redeem("1", speed="fast"), key="k")

    assert answer.json()["code"] == "auth.cool_down"
    assert "until" in answer.json()["facts"]


def test_sessions_are_listed_and_ended(company: Company) -> None:
    holder = company.register()
    (session,) = ok(holder.get("/v1/sessions"))["data"]
    assert session["is_current"]
    ended = holder.http.delete(f"/v1/sessions/{session['session_id']}", headers=holder.headers)
    ok(ended)

    assert holder.get("/v1/me").json()["code"] == "auth.session_invalid"


def test_the_shelf_tells_dates_yields_and_rivals(company: Company) -> None:
    shelf = ok(company.http.get("/v1/funds"))["data"]
    assert [fund["fund"] for fund in shelf] == [FUND]
    assert ok(company.http.get(f"/v1/funds/{FUND}"))["cut_off"] == "15:00"
    dates = ok(company.http.get(f"/v1/funds/{FUND}/dates?side=buy"))
    assert dates["t_day"] < dates["confirmed_on"] <= dates["earns_from"] < dates["visible_on"]
    fast = ok(company.http.get(f"/v1/funds/{FUND}/dates?side=redeem&speed=fast"))
    assert fast["earns_until"] < dates["t_day"]
    yields = company.http.get(f"/v1/funds/{FUND}/yields?from=2015-05-01&to=2015-06-01")
    assert ok(yields)["fund"] == FUND
    assert "data" in ok(company.http.get("/v1/rival-yields?from=2015-05-01&to=2015-06-01"))


def test_twelve_banks_have_dated_limits(company: Company) -> None:
    banks = ok(company.http.get("/v1/banks?on=2015-05-11"))["data"]

    assert len(banks) == 12
    assert all(len(bank["limits"]) == 2 for bank in banks)
    assert {"prefix": "622202", "length": 19, "kind": "debit"} in banks[0]["ranges"]
    assert {one["kind"] for bank in banks for one in bank["ranges"]} == {"debit", "credit"}


def test_staff_find_freeze_and_release(company: Company) -> None:
    holder = company.ready_customer()
    path = f"/v1/staff/customers/{holder.customer_id}"
    assert ok(company.staff(path))["customer"]["state"] == "active"
    order = ok(holder.buy(2_000))["order"]["id"]
    assert [each["id"] for each in ok(company.staff(f"{path}/orders"))["data"]] == [order]
    ok(company.staff(f"{path}/freeze", "POST", {"reason": "suspected_fraud"}))
    assert holder.get("/v1/me").json()["code"] == "auth.session_invalid"
    lifted = ok(company.staff(f"{path}/unfreeze", "POST"))
    assert lifted["customer"]["frozen_by"] is None


def test_the_back_office_shows_book_close_and_rules(company: Company) -> None:
    balance = ok(company.staff("/v1/ledger/trial-balance"))
    assert balance["balanced"]
    past = ok(company.staff("/v1/ledger/trial-balance?as_of=2015-05-11"))
    assert past["balanced"]
    assert ok(company.staff("/v1/ledger/verify", "POST"))["sound"]
    assert ok(company.staff("/v1/policies"))["data"]
    assert ok(company.staff("/v1/close"))["next"]
    assert ok(company.staff("/v1/approvals"))["data"] == []
    day = ok(company.staff(f"/v1/close/{FUND}/2015-05-11"))
    assert day["steps"]
    assert company.staff("/v1/ledger/accounts/7").json()["code"] == "route.object_not_found"


def test_a_new_rule_needs_two_people(company: Company) -> None:
    body = {
        "rule": "fund.purchase_minimum",
        "fund": FUND,
        "effective_from": "2030-01-01",
        "effective_to": "2030-02-01",
        "value": {"amount_fen": 500},
        "source": "board decision 7",
    }
    open_ended = company.staff("/v1/policies", "POST", {**body, "rule": "no dots"})
    assert open_ended.status_code == 400
    proposed = company.staff("/v1/policies", "POST", {**body, "rule": "fund.trial_rule"})
    assert proposed.status_code == 202, proposed.text
    approval = proposed.json()["approval"]
    again = company.staff("/v1/policies", "POST", {**body, "rule": "fund.trial_rule"})
    assert again.json()["code"] == "approval.duplicate"
    path = f"/v1/approvals/{approval['id']}/decision"
    own = company.staff(path, "POST", {"verdict": "approve"})
    assert (own.status_code, own.json()["code"]) == (403, "approval.maker_is_checker")

    bearer = {"Authorization": f"Bearer {company.key('approver', label='checker')}"}
    decided = company.http.post(path, json={"verdict": "approve"}, headers=bearer)

    assert ok(decided)["approval"]["state"] == "approved"
    rules = ok(company.staff("/v1/policies?on=2030-01-15"))["data"]
    assert "fund.trial_rule" in {rule["rule"] for rule in rules}
    twice = company.http.post(path, json={"verdict": "approve"}, headers=bearer)
    assert twice.json()["code"] == "approval.decided"


def test_a_fund_is_suspended_by_two_people(company: Company) -> None:
    buyer = company.ready_customer()
    bearer = {"Authorization": f"Bearer {company.key('approver', label='second')}"}

    def move_to(state: str) -> None:
        body = {"state": state, "reason": "trial", "source": "notice 1"}
        proposed = company.staff(f"/v1/funds/{FUND}/state", "POST", body)
        assert proposed.status_code == 202, proposed.text
        path = f"/v1/approvals/{proposed.json()['approval']['id']}/decision"
        ok(company.http.post(path, json={"verdict": "approve"}, headers=bearer))

    move_to("purchases_suspended")
    assert buyer.buy(1_000).json()["code"] == "fund.suspended"
    ok(company.staff("/v1/sandbox/clock/next-event", "POST"))
    move_to("open")
    assert buyer.buy(1_000).status_code == 201


def test_an_unknown_payment_is_resolved_by_two_people(company: Company) -> None:
    buyer = company.ready_customer(last_four="0009")
    order = ok(buyer.buy(3_000))["order"]
    company.pump()
    assert ok(buyer.get(f"/v1/orders/{order['id']}"))["order"]["state"] == "unknown"
    shown = ok(company.staff(f"/v1/staff/payments/{order['id']}"))
    payment = shown["payment"]
    assert (payment["order_id"], payment["state"]) == (order["id"], "unknown")
    assert [line["event"] for line in shown["evidence"]] == ["e_timeout"]
    wish = {"verdict": "success", "proof": "letter 17 of the bank"}
    proposed = company.staff(f"/v1/staff/payments/{payment['id']}/resolution", "POST", wish)
    assert proposed.status_code == 202, proposed.text
    path = f"/v1/approvals/{proposed.json()['approval']['id']}/decision"
    bearer = {"Authorization": f"Bearer {company.key('approver', label='third')}"}

    ok(company.http.post(path, json={"verdict": "approve"}, headers=bearer))

    assert ok(buyer.get(f"/v1/orders/{order['id']}"))["order"]["state"] == "paid"


def test_faults_are_armed_and_cancelled(company: Company) -> None:
    kinds = {kind["fault"] for kind in ok(company.staff("/v1/sandbox/fault-kinds"))["data"]}
    assert {"bank_down", "nav_late"} <= kinds
    magic = ok(company.staff("/v1/sandbox/magic-values"))["data"]
    assert {"0009", "777", "13"} <= {value["ending"].lstrip(".") for value in magic}
    armed = ok(company.staff("/v1/sandbox/banks/CCB/faults", "POST", {"fault": "bank_down"}))
    fault = armed["fault"]
    assert (fault["target"], fault["state"]) == ("CCB", "armed")
    ok(company.staff(f"/v1/sandbox/faults/{fault['id']}", "DELETE"))
    listed = {each["id"]: each["state"] for each in ok(company.staff("/v1/sandbox/faults"))["data"]}
    assert listed[fault["id"]] == "over"
    unknown = company.staff("/v1/sandbox/faults", "POST", {"fault": "no_such"})
    assert unknown.json()["code"] == "fault.unknown"


def test_personas_can_be_signed_in(company: Company) -> None:
    names = {each["persona"] for each in ok(company.staff("/v1/sandbox/personas"))["data"]}
    assert {"saver", "commuter", "student17"} <= names
    session = ok(company.staff("/v1/sandbox/personas/saver/sessions", "POST"))
    token = {"Huoqi-Session": session["session"]["token"]}
    assert ok(company.http.get("/v1/holdings", headers=token))
    nobody = company.staff("/v1/sandbox/personas/nobody/sessions", "POST")
    assert nobody.status_code == 404


def test_the_clock_moves_and_branches_come_back(company: Company) -> None:
    before = ok(company.staff("/v1/sandbox/clock"))
    assert before["state"] == "ready"
    ok(company.staff("/v1/sandbox/branches", "POST", {"name": "here"}))
    went = ok(company.staff("/v1/sandbox/clock/next-event", "POST"))
    assert went["business_time"] > before["business_time"]
    ok(company.staff("/v1/sandbox/rewind", "POST", {"to": "here"}))
    after = ok(company.staff("/v1/sandbox/clock"))
    assert after["business_time"] == before["business_time"]
    names = [each["name"] for each in ok(company.staff("/v1/sandbox/branches"))["data"]]
    assert "here" in names
    twice = company.staff("/v1/sandbox/branches", "POST", {"name": "here"})
    assert twice.json()["code"] == "branch.exists"
    backwards = {"to": "2015-01-01T00:00:00+08:00"}
    refused = company.staff("/v1/sandbox/clock/advance", "POST", backwards)
    assert refused.json()["code"] == "clock.backwards"
    beyond = company.staff("/v1/sandbox/clock/advance", "POST", {"to": "2099-01-01T00:00:00+08:00"})
    assert beyond.json()["code"] == "calendar.beyond_horizon"
    both = company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1, "months": 1})
    assert both.status_code == 400


def test_the_sandbox_needs_a_developer(company: Company) -> None:
    viewer = {"Authorization": f"Bearer {company.key('viewer')}"}

    assert company.http.get("/v1/sandbox/clock", headers=viewer).status_code == 403
    assert company.http.get("/v1/sandbox/clock").json()["code"] == "auth.key_missing"
