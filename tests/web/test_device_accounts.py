"""A device maker's account over HTTP: to the maker and back, linked, and attacked on its way."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoqi.customers.device_makers.simulated import ACCOUNTS
from tests.web.company import CODE, Company, Customer, ok
from tests.web.test_passkeys import code_of, events

LIN, CHEN, ZHOU, NEW = (each.subject for each in ACCOUNTS)


@pytest.fixture
def browser(company: Company) -> Iterator[httpx.Client]:
    """Return a browser: it keeps cookies, and we follow its redirects ourselves."""
    with httpx.Client(base_url=company.http.base_url, timeout=30) as made:
        yield made


def chosen(browser: httpx.Client, start: str, *, account: str) -> str:
    """Return where the maker's page sends the browser back to, once an account is chosen."""
    page = browser.get(start)
    assert page.status_code == 200, page.text
    hidden = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page.text)
    asked = {name: unescape(value) for name, value in hidden}
    back = browser.get("/sandbox/device-account/answer", params={**asked, "account": account})
    assert back.status_code == 303
    return back.headers["location"]


def started(browser: httpx.Client, return_to: str = "/") -> str:
    """Return where a sign-in sends the browser."""
    answer = browser.get("/v1/oidc/start", params={"return_to": return_to})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def linked(browser: httpx.Client, customer: Customer, *, account: str) -> httpx.Response:
    """Return the answer to a browser that comes back to link an account."""
    begun = browser.post(
        "/v1/me/device-accounts/link",
        headers=customer.headers,
        json={"return_to": "/security"},
    )
    return browser.get(chosen(browser, ok(begun)["start_url"], account=account))


def test_an_account_is_linked_after_a_step_up_and_signs_in(
    company: Company, browser: httpx.Client
) -> None:
    customer = company.ready_customer()

    back = linked(browser, customer, account=LIN)
    (listed,) = ok(customer.get("/v1/me/device-accounts"))["data"]
    browser.cookies.clear()
    home = browser.get(chosen(browser, started(browser, "/records"), account=LIN))
    signed_in = ok(browser.get("/v1/browser"))

    assert (back.status_code, back.headers["location"]) == (303, "/security")
    assert listed["last_used_at"] is None
    assert (home.status_code, home.headers["location"]) == (303, "/records")
    assert signed_in["signed_in"]
    assert ok(browser.get("/v1/me"))["customer_id"] == customer.customer_id
    devices = ok(browser.get("/v1/devices"))["data"]
    assert [each["trusted"] for each in devices if each["is_current"]] == [False]
    assert "customer.device_account.linked" in events(company, customer)
    gone = company.http.delete(
        f"/v1/me/device-accounts/{listed['account_id']}", headers=customer.headers
    )
    assert ok(gone)["done"]
    assert ok(customer.get("/v1/me/device-accounts"))["data"] == []
    assert "customer.device_account.unlinked" in events(company, customer)


def test_a_link_needs_a_step_up_and_so_does_its_end(company: Company) -> None:
    customer = company.register()
    path = "/v1/me/device-accounts"

    assert code_of(customer.post(f"{path}/link", {})) == "auth.step_up_required"
    nothing = "00000000-0000-7000-8000-000000000000"
    ended = company.http.delete(f"{path}/{nothing}", headers=customer.headers)
    assert code_of(ended) == "auth.step_up_required"


def test_an_account_belongs_to_one_customer(company: Company, browser: httpx.Client) -> None:
    owner, other = company.ready_customer(), company.ready_customer()
    linked(browser, owner, account=CHEN)

    refused = linked(browser, other, account=CHEN)
    again = linked(browser, owner, account=CHEN)

    assert code_of(refused) == "device_account.linked_elsewhere"
    assert again.status_code == 303
    assert len(ok(owner.get("/v1/me/device-accounts"))["data"]) == 1
    assert ok(other.get("/v1/me/device-accounts"))["data"] == []


def test_an_account_that_waits_is_given_up_when_somebody_else_signs_in(
    company: Company, browser: httpx.Client
) -> None:
    browser.get(chosen(browser, started(browser), account=NEW))
    assert "huoqi_pending_link" in browser.cookies
    phone = company.phones[company.register().customer_id]
    ok(browser.post("/v1/sessions/code", json={"phone": phone}))
    proof = {"phone": phone, "code": CODE}
    ok(browser.post("/v1/sessions", json=proof, headers={"Huoqi-Client": "browser"}))

    newcomer = company.register(through=browser)

    assert "huoqi_pending_link" not in browser.cookies
    assert ok(newcomer.get("/v1/me/device-accounts"))["data"] == []


def test_an_account_of_nobody_waits_for_the_registration_that_follows(
    company: Company, browser: httpx.Client
) -> None:
    back = browser.get(chosen(browser, started(browser), account=NEW))
    assert back.headers["location"] == "/register?linked=pending"
    assert not ok(browser.get("/v1/browser"))["signed_in"]

    newcomer = company.register(through=browser)

    (listed,) = ok(newcomer.get("/v1/me/device-accounts"))["data"]
    assert listed["linked_at"]
    browser.cookies.clear()
    home = browser.get(chosen(browser, started(browser), account=NEW))
    assert home.headers["location"] == "/"
    assert ok(browser.get("/v1/me"))["customer_id"] == newcomer.customer_id


def test_another_browser_does_not_finish_what_one_began(
    company: Company, browser: httpx.Client
) -> None:
    back = chosen(browser, started(browser), account=LIN)

    stolen = company.http.get(back)
    late = browser.get(back)

    assert code_of(stolen) == "device_account.flow_expired"
    assert code_of(late) == "device_account.flow_expired"


def test_a_wrong_state_a_replay_and_a_foreign_code_end_nowhere(browser: httpx.Client) -> None:
    back = chosen(browser, started(browser), account=ZHOU)
    code = parse_qs(urlsplit(back).query)["code"][0]
    callback = "/v1/oidc/callback"

    wrong = browser.get(callback, params={"state": "another", "code": code})
    assert code_of(wrong) == "device_account.flow_expired"
    # the wrong answer took the cookie away, so the browser begins again
    back = chosen(browser, started(browser), account=ZHOU)
    spent = parse_qs(urlsplit(back).query)["code"][0]
    first = browser.get(back)
    assert first.headers["location"] == "/register?linked=pending"
    assert code_of(browser.get(back)) == "device_account.flow_expired"
    for foreign in (spent, code, "made-up"):
        fresh = parse_qs(urlsplit(started(browser)).query)
        answer = browser.get(callback, params={"state": fresh["state"][0], "code": foreign})
        # spent; of another flow (its PKCE proof does not fit); never given
        assert code_of(answer) == "device_account.not_verified"


def test_another_issuers_answer_is_not_taken(browser: httpx.Client) -> None:
    back = chosen(browser, started(browser), account=ZHOU)
    mixed = back.replace("sandbox.invalid", "evil.invalid")

    assert code_of(browser.get(mixed)) == "device_account.denied"


def test_an_owner_may_say_no(browser: httpx.Client) -> None:
    back = chosen(browser, started(browser), account="")

    told = browser.get(back, headers={"Accept": "text/html"})

    assert told.status_code == 303
    assert told.headers["location"] == "/?refused=device_account.denied"


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_a_sign_in_never_ends_on_another_site(
    company: Company, browser: httpx.Client, path: str
) -> None:
    customer = company.ready_customer()

    started_there = browser.get("/v1/oidc/start", params={"return_to": path})
    linked_there = customer.post("/v1/me/device-accounts/link", {"return_to": path})

    assert started_there.status_code == 400
    assert linked_there.status_code == 400


def test_a_flow_holds_for_ten_minutes(company: Company, browser: httpx.Client) -> None:
    back = chosen(browser, started(browser), account=LIN)
    with company.platform.database.connection() as conn:
        conn.execute("UPDATE device_account_flow SET machine_expires_at = now()")

    assert code_of(browser.get(back)) == "device_account.flow_expired"


def test_a_link_ends_with_the_session_that_began_it(
    company: Company, browser: httpx.Client
) -> None:
    customer = company.ready_customer()
    begun = browser.post("/v1/me/device-accounts/link", headers=customer.headers, json={})
    back = chosen(browser, ok(begun)["start_url"], account=LIN)
    (session,) = ok(customer.get("/v1/sessions"))["data"]
    session_id = session["session_id"]
    ok(company.http.delete(f"/v1/sessions/{session_id}", headers=customer.headers))

    assert code_of(browser.get(back)) == "device_account.flow_expired"


def test_a_new_phone_takes_the_links_away(company: Company, browser: httpx.Client) -> None:
    customer = company.ready_customer()
    linked(browser, customer, account=ZHOU)
    new_phone = "13911112222"
    ok(company.http.post("/v1/recoveries/code", json={"phone": new_phone}))
    move = {"new_phone": new_phone, "code": CODE, **customer.identity, **customer.password}
    moved = ok(company.http.post("/v1/recoveries/phone", json=move))

    again = Customer(company.http, moved["session"]["token"], customer.customer_id)
    assert ok(again.get("/v1/me/device-accounts"))["data"] == []


def test_the_makers_page_is_a_plain_form_that_says_what_it_is(browser: httpx.Client) -> None:
    start = started(browser)

    page = browser.get(start, headers={"Accept-Language": "en"})
    chinese = browser.get(start, headers={"Accept-Language": "zh-CN"})
    style = browser.get("/sandbox/device-account/page.css")
    incomplete = browser.get("/sandbox/device-account/authorize")

    assert "Simulated device account" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert '<html lang="zh-CN">' in chinese.text
    assert "仅用于沙盒" in chinese.text
    assert style.headers["content-type"].startswith("text/css")
    assert code_of(incomplete) == "device_account.request_malformed"


@settings(max_examples=40, deadline=None)
@given(
    path=st.sampled_from([
        "/v1/oidc/start",
        "/v1/oidc/callback",
        "/sandbox/device-account/authorize",
        "/sandbox/device-account/answer",
    ]),
    query=st.dictionaries(
        st.sampled_from(["return_to", "state", "code", "iss", "account", "redirect_uri"]),
        st.text(max_size=60),
    ),
)
def test_no_query_brings_a_fault(company: Company, path: str, query: dict[str, str]) -> None:
    answer = company.http.get(path, params=query)

    assert answer.status_code < 500
