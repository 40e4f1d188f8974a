"""Passkeys over HTTP: added, used to sign in and to approve money, and refused when they lie."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.authenticator import Authenticator, Json
from tests.web.company import PASSWORD, Company, Customer, ok


def added(customer: Customer, phone: Authenticator, *, label: str = "my phone") -> str:
    """Return the id of a passkey that a customer adds."""
    options = ok(customer.post("/v1/passkeys/options"))["options"]
    body = {"label": label, "credential": phone.create(options)}
    made: str = ok(customer.post("/v1/passkeys", body))["passkey_id"]
    return made


def signed_in(company: Company, phone: Authenticator, *, device_key: str = "") -> Customer:
    """Return a customer who signs in with a passkey."""
    options = ok(company.http.post("/v1/sessions/passkey/options"))["options"]
    body = {"credential": phone.get(options), "device": "my phone"}
    headers = {"Huoqi-Device": device_key} if device_key else {}
    answer = company.http.post("/v1/sessions/passkey", json=body, headers=headers)
    session = ok(answer)["session"]
    return Customer(company.http, session["token"], session["customer_id"])


def stepped_up(customer: Customer, phone: Authenticator, order: Json | None = None) -> Json:
    """Return the answer to a step-up by passkey."""
    body = {"order": order} if order else {}
    options = ok(customer.post("/v1/step-ups/passkey/options", body))["options"]
    answer: Json = customer.post("/v1/step-ups/passkey", {"credential": phone.get(options)}).json()
    return answer


def code_of(answer: object) -> str:
    """Return the code of a refusal."""
    body = answer if isinstance(answer, dict) else answer.json()  # type: ignore[attr-defined]
    return str(body.get("code"))


def events(company: Company, customer: Customer) -> Sequence[str]:
    """Return the kinds of a customer's own events."""
    found = ok(customer.get("/v1/me/events?limit=500"))["data"]
    return [each["type"] for each in found]


def test_a_passkey_is_added_listed_signs_in_and_is_removed(company: Company) -> None:
    customer, phone = company.register(), Authenticator()
    passkey_id = added(customer, phone)

    (listed,) = ok(customer.get("/v1/passkeys"))["data"]
    again = signed_in(company, phone)

    assert (listed["passkey_id"], listed["label"]) == (passkey_id, "my phone")
    assert (listed["synced"], listed["suspended"], listed["last_used_at"]) == (False, False, None)
    assert again.customer_id == customer.customer_id
    assert ok(again.get("/v1/passkeys"))["data"][0]["last_used_at"]
    assert code_of(again.http.delete(f"/v1/passkeys/{passkey_id}", headers=again.headers)) == (
        "auth.step_up_required"
    )
    again.grant = stepped_up(customer, phone)["grant"]
    customer.grant = again.grant
    gone = company.http.delete(f"/v1/passkeys/{passkey_id}", headers=customer.headers)
    assert ok(gone)["done"]
    assert ok(customer.get("/v1/passkeys"))["data"] == []
    assert {"customer.passkey.added", "customer.passkey.removed"} <= set(events(company, customer))


def test_a_passkey_approves_one_order_and_no_other(company: Company) -> None:
    customer, phone = company.ready_customer(), Authenticator()
    added(customer, phone)
    body = {
        "fund": "990001",
        "amount": {"amount": "100", "currency": "CNY"},
        "card_id": customer.card_id,
    }
    grant = stepped_up(customer, phone, {"kind": "purchase", "body": body})
    customer.grant = grant["grant"]

    other = customer.buy(101)
    unbound = company.http.delete(f"/v1/cards/{customer.card_id}", headers=customer.headers)
    bought = customer.buy(100, key="approved")
    replayed = customer.buy(100, key="approved")
    twice = customer.buy(100, key="once more")

    assert code_of(other) == "auth.step_up_other_order"
    assert bought.status_code == 201
    assert code_of(twice) == "auth.step_up_required"
    assert replayed.content == bought.content
    assert code_of(unbound) == "auth.step_up_other_order"


def test_an_approval_is_good_once_however_many_orders_come_at_once(company: Company) -> None:
    customer, phone = company.ready_customer(), Authenticator()
    added(customer, phone)
    body = {
        "fund": "990001",
        "amount": {"amount": "100", "currency": "CNY"},
        "card_id": customer.card_id,
    }
    grant = stepped_up(customer, phone, {"kind": "purchase", "body": body})
    customer.grant = grant["grant"]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: customer.buy(100, key=f"at-once-{n}"), range(16)))

    assert sorted(each.status_code for each in answers) == [201] + [403] * 15
    assert len(ok(customer.get("/v1/orders"))["data"]) == 1


def test_an_approval_is_another_sessions_and_another_customers_to_no_avail(
    company: Company,
) -> None:
    customer, other, phone = company.ready_customer(), company.ready_customer(), Authenticator()
    added(customer, phone)
    body = {
        "fund": "990001",
        "amount": {"amount": "100", "currency": "CNY"},
        "card_id": customer.card_id,
    }
    grant = stepped_up(customer, phone, {"kind": "purchase", "body": body})["grant"]
    elsewhere = signed_in(company, phone)
    elsewhere.card_id, elsewhere.grant, other.grant = customer.card_id, grant, grant

    stolen = [elsewhere.buy(100), other.post("/v1/purchases", body, key="stolen")]
    customer.grant = grant

    assert [code_of(each) for each in stolen] == ["auth.step_up_required"] * 2
    assert customer.buy(100).status_code == 201


def test_an_order_to_approve_must_be_one_that_can_be_posted(company: Company) -> None:
    customer, phone = company.register(), Authenticator()
    added(customer, phone)
    order = {"kind": "purchase", "body": {"fund": "990001", "amount": {"amount": 1}}}

    refused = customer.post("/v1/step-ups/passkey/options", {"order": order})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/order/body/amount/amount"


def test_a_passkey_without_an_order_is_leave_for_money(company: Company) -> None:
    customer, phone = company.ready_customer(), Authenticator()
    added(customer, phone)
    customer.grant = stepped_up(customer, phone)["grant"]

    assert customer.buy(100).status_code == 201
    assert code_of(customer.post("/v1/passkeys/options")) == "auth.step_up_required"


def test_a_redemption_is_approved_by_its_content(company: Company) -> None:
    customer, phone = company.ready_customer(), Authenticator()
    added(customer, phone)
    body = {"fund": "990001", "speed": "normal", "all": True}
    grant = stepped_up(customer, phone, {"kind": "redemption", "body": body})
    customer.grant = grant["grant"]

    other = customer.post("/v1/redemptions", {**body, "speed": "fast"}, key="other")
    same = customer.post("/v1/redemptions", {**body, "units": None}, key="same")

    assert code_of(other) == "auth.step_up_other_order"
    assert not code_of(same).startswith("auth.")


def test_a_challenge_is_good_once_and_for_its_own_session(company: Company) -> None:
    customer, other, phone = company.register(), company.register(), Authenticator()
    added(customer, phone)
    added(other, Authenticator())
    options = ok(customer.post("/v1/step-ups/passkey/options", {}))["options"]
    answer = {"credential": phone.get(options)}

    stolen = other.post("/v1/step-ups/passkey", answer)
    used = customer.post("/v1/step-ups/passkey", answer)
    again = customer.post("/v1/step-ups/passkey", answer)

    assert code_of(stolen) == "passkey.challenge_expired"
    assert used.status_code == 201
    assert code_of(again) == "passkey.challenge_expired"


def test_a_wrong_answer_uses_the_challenge_up(company: Company) -> None:
    customer, phone = company.register(), Authenticator()
    added(customer, phone)
    options = ok(customer.post("/v1/step-ups/passkey/options", {}))["options"]
    thief = Authenticator(credential_id=phone.credential_id)

    wrong = customer.post("/v1/step-ups/passkey", {"credential": thief.get(options)})
    late = customer.post("/v1/step-ups/passkey", {"credential": phone.get(options)})

    assert code_of(wrong) == "passkey.not_verified"
    assert code_of(late) == "passkey.challenge_expired"


def test_a_challenge_holds_for_five_minutes(company: Company) -> None:
    customer, phone = company.register(), Authenticator()
    options = ok(customer.post("/v1/passkeys/options"))["options"]
    with company.platform.database.connection() as conn:
        conn.execute("UPDATE passkey_challenge SET machine_expires_at = now()")

    body = {"label": "", "credential": phone.create(options)}

    assert code_of(customer.post("/v1/passkeys", body)) == "passkey.challenge_expired"


def test_nobody_is_signed_in_by_a_passkey_that_names_another(company: Company) -> None:
    customer, other = company.register(), company.register()
    phone, others = Authenticator(), Authenticator()
    added(customer, phone)
    added(other, others)

    for handle in (others.user_handle, b"\x00\x63" + bytes(16), b"nobody"):
        options = ok(company.http.post("/v1/sessions/passkey/options"))["options"]
        body = {"credential": phone.get(options, user_handle=handle)}
        answer = company.http.post("/v1/sessions/passkey", json=body)
        assert code_of(answer) == "passkey.unknown"


def test_a_passkey_that_counts_backwards_is_suspended(company: Company) -> None:
    customer, phone = company.register(), Authenticator()
    added(customer, phone)
    signed_in(company, phone)
    phone.count = 0

    options = ok(company.http.post("/v1/sessions/passkey/options"))["options"]
    copied = company.http.post("/v1/sessions/passkey", json={"credential": phone.get(options)})
    phone.count = 50
    options = ok(company.http.post("/v1/sessions/passkey/options"))["options"]
    after = company.http.post("/v1/sessions/passkey", json={"credential": phone.get(options)})

    assert code_of(copied) == "passkey.copied"
    assert code_of(after) == "passkey.unknown"
    assert ok(customer.get("/v1/passkeys"))["data"][0]["suspended"]
    assert "customer.passkey.suspended" in events(company, customer)


def test_a_further_proof_is_approved_by_an_older_one(company: Company) -> None:
    customer, phone = company.register(), Authenticator()
    added(customer, phone)

    second = customer.post("/v1/passkeys/options")
    password = customer.post("/v1/me/payment-password", {"payment_password": PASSWORD})
    customer.grant = stepped_up(customer, phone)["grant"]
    approved = customer.post("/v1/me/payment-password", {"payment_password": PASSWORD})

    assert code_of(second) == "auth.step_up_required"
    assert code_of(password) == "auth.step_up_required"
    assert approved.status_code == 201
    customer.grant = ""
    assert code_of(customer.post("/v1/passkeys/options")) == "auth.step_up_required"
    by_password = {"payment_password": PASSWORD}
    customer.grant = ok(customer.post("/v1/step-ups", by_password))["grant"]
    added(customer, Authenticator())
    assert len(ok(customer.get("/v1/passkeys"))["data"]) == 2


def test_the_same_passkey_is_added_once(company: Company) -> None:
    customer, phone = company.ready_customer(), Authenticator()
    added(customer, phone)
    options = ok(customer.post("/v1/passkeys/options"))["options"]

    twice = customer.post("/v1/passkeys", {"label": "", "credential": phone.create(options)})

    assert code_of(twice) == "passkey.already_added"
    assert len(options["excludeCredentials"]) == 1


def test_a_frozen_customer_adds_none_and_may_remove_one(company: Company) -> None:
    customer, phone = company.ready_customer(), Authenticator()
    passkey_id = added(customer, phone)
    ok(customer.post("/v1/me/freeze"))

    assert code_of(customer.post("/v1/passkeys/options")) == "customer.frozen"
    customer.grant = stepped_up(customer, phone)["grant"]
    assert code_of(customer.buy(100)) == "customer.frozen"
    gone = company.http.delete(f"/v1/passkeys/{passkey_id}", headers=customer.headers)
    assert gone.status_code == 200


def test_a_cool_down_holds_for_passkeys_too(company: Company) -> None:
    customer, phone = company.ready_customer(), Authenticator()
    added(customer, phone)
    change = {"old_payment_password": PASSWORD, "new_payment_password": "719304"}
    headers = customer.headers
    ok(company.http.put("/v1/me/payment-password", headers=headers, json=change))

    assert code_of(customer.post("/v1/passkeys/options")) == "auth.cool_down"
    customer.grant = stepped_up(customer, phone)["grant"]
    body = {"fund": "990001", "speed": "fast", "units": {"units": "100", "scale": 2}}
    assert code_of(customer.post("/v1/redemptions", body, key="out")) == "auth.cool_down"


def test_what_nobody_answered_in_time_is_swept_away_by_who_asks_next(company: Company) -> None:
    with company.platform.database.connection() as conn:
        conn.execute("DELETE FROM passkey_challenge")
    for _ in range(3):
        ok(company.http.post("/v1/sessions/passkey/options"))
    with company.platform.database.connection() as conn:
        conn.execute("UPDATE passkey_challenge SET machine_expires_at = now() - interval '1 s'")

    ok(company.http.post("/v1/sessions/passkey/options"))

    with company.platform.database.connection() as conn:
        counted = conn.execute("SELECT count(*) FROM passkey_challenge").fetchone()
    assert counted == (1,)


def test_a_stolen_table_opens_nothing(company: Company) -> None:
    customer, phone = company.register(), Authenticator()
    added(customer, phone, label="王小明的手机")
    private = phone.key.private_numbers().private_value.to_bytes(32, "big")

    with company.platform.database.connection() as conn:
        rows = conn.execute("SELECT p::text FROM passkey p").fetchall()

    stored = "".join(row[0] for row in rows)
    assert private.hex() not in stored
    assert "王小明".encode().hex() not in stored
    assert "王小明" not in stored
