"""Devices: seen at sign-in, trusted after a step-up, removed with their sessions."""

from tests.authenticator import Authenticator
from tests.web.company import CODE, PASSWORD, Company, Customer, Json, ok
from tests.web.test_passkeys import added, code_of, events, signed_in, stepped_up


def on_device(company: Company, phone: str, *, key: str = "", agent: str = "") -> Customer:
    """Return a customer who signs in by phone on a device."""
    ok(company.http.post("/v1/sessions/code", json={"phone": phone}))
    headers = {"Huoqi-Device": key, "User-Agent": agent}
    body = {"phone": phone, "code": CODE}
    answer = company.http.post("/v1/sessions", json=body, headers=headers)
    session = ok(answer)["session"]
    return Customer(company.http, session["token"], session["customer_id"])


def devices(customer: Customer) -> list[Json]:
    """Return a customer's devices."""
    listed: list[Json] = ok(customer.get("/v1/devices"))["data"]
    return listed


def test_the_device_of_the_registration_is_trusted_and_the_next_is_not(company: Company) -> None:
    customer = company.register()
    browser = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1"

    tablet = on_device(company, customer.phone, key="k" * 32, agent=browser)
    again = on_device(company, customer.phone, key="k" * 32)

    seen = devices(again)
    assert [(each["trusted"], each["is_current"]) for each in seen] == [
        (False, True),
        (True, False),
    ]
    assert seen[0]["name"] == "Safari · iPhone"
    assert {each["device_id"] for each in devices(tablet)} == {each["device_id"] for each in seen}
    assert list(events(company, customer)).count("customer.device.added") == 2


def test_a_device_that_shows_no_key_gets_one_to_keep(company: Company) -> None:
    customer = company.register()
    ok(company.http.post("/v1/sessions/code", json={"phone": customer.phone}))
    body = {"phone": customer.phone, "code": CODE}

    answer = company.http.post("/v1/sessions", json=body, headers={"Huoqi-Device": "not one"})

    assert len(answer.headers["huoqi-device"]) == 32


def test_the_payment_password_makes_a_device_trusted(company: Company) -> None:
    customer = company.ready_customer()
    tablet = on_device(company, customer.phone, key="p" * 32)

    tablet.grant = ok(tablet.post("/v1/step-ups", {"payment_password": PASSWORD}))["grant"]

    assert devices(tablet)[0]["trusted"]
    assert "customer.device.trusted" in events(company, tablet)


def test_a_new_device_moves_no_money_by_a_passkey_made_on_it(company: Company) -> None:
    customer = company.register()
    tablet = on_device(company, customer.phone, key="m" * 32)
    made_there = Authenticator()
    added(tablet, made_there)

    refused = stepped_up(tablet, made_there)

    assert code_of(refused) == "device.password_required"
    assert not devices(tablet)[0]["trusted"]
    assert "grant" in stepped_up(customer, made_there)


def test_a_passkey_of_an_older_device_makes_a_new_one_trusted(company: Company) -> None:
    customer, synced = company.register(), Authenticator()
    added(customer, synced)
    tablet = signed_in(company, synced, device_key="o" * 32)
    assert not devices(tablet)[0]["trusted"]

    assert "grant" in stepped_up(tablet, synced)
    assert devices(tablet)[0]["trusted"]


def test_a_removed_device_is_signed_out_and_its_passkeys_vouch_for_no_other(
    company: Company,
) -> None:
    customer, stolen = company.register(), Authenticator()
    added(customer, stolen)
    tablet = on_device(company, customer.phone, key="r" * 32)
    first = next(each for each in devices(tablet) if not each["is_current"])

    gone = company.http.delete(f"/v1/devices/{first['device_id']}", headers=tablet.headers)
    twice = company.http.delete(f"/v1/devices/{first['device_id']}", headers=tablet.headers)

    assert ok(gone)["done"]
    assert code_of(twice) == "device.unknown"
    assert code_of(customer.get("/v1/me")) == "auth.session_invalid"
    thief = signed_in(company, stolen, device_key="t" * 32)
    assert code_of(stepped_up(thief, stolen)) == "device.password_required"
    assert "customer.device.removed" in events(company, tablet)


def test_one_customer_does_not_remove_anothers_device(company: Company) -> None:
    customer, other = company.register(), company.register()
    theirs = devices(other)[0]["device_id"]

    answer = company.http.delete(f"/v1/devices/{theirs}", headers=customer.headers)

    assert code_of(answer) == "device.unknown"
    assert len(devices(other)) == 1
