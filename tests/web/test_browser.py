"""Browsers: the token stays in a cookie, and a cookie alone changes nothing."""

from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from huoqi.web.app import create_app
from huoqi.web.settings import WebSettings
from tests.web.company import CODE, Company, Customer, Json, ok, served

BROWSER = {"Huoqi-Client": "browser"}


@pytest.fixture
def page(company: Company) -> Iterator[httpx.Client]:
    """Return a browser that has visited nothing yet."""
    with httpx.Client(base_url=company.http.base_url, headers=BROWSER, timeout=30) as http:
        yield http


def cookie_of(answer: httpx.Response, name: str) -> "Morsel[str]":
    for header in answer.headers.get_list("set-cookie"):
        found = SimpleCookie(header)
        if name in found:
            return found[name]
    raise AssertionError(f"no cookie {name}")


def sign_in(page: httpx.Client, company: Company) -> tuple[Customer, Json]:
    """Return a customer of the company, and the answer that signed the browser in as them."""
    someone = company.register()
    revealed = ok(someone.get("/v1/me"))
    assert revealed["phone_masked"]
    phone = company.phones[someone.customer_id]
    ok(page.post("/v1/sessions/code", json={"phone": phone}))
    return someone, ok(page.post("/v1/sessions", json={"phone": phone, "code": CODE}))


def test_a_browser_gets_its_token_as_a_cookie_that_no_script_can_read(
    company: Company, page: httpx.Client
) -> None:
    someone = company.register()
    phone = company.phones[someone.customer_id]
    ok(page.post("/v1/sessions/code", json={"phone": phone}))

    answer = page.post("/v1/sessions", json={"phone": phone, "code": CODE})

    body = ok(answer)
    session, device = (cookie_of(answer, name) for name in ("huoqi_session", "huoqi_device"))
    assert (body["session"]["token"], len(body["csrf"])) == ("", 32)
    assert session.value not in answer.text
    for cookie in (session, device):
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "strict", "/")
        assert cookie["secure"] == ""
    assert int(device["max-age"]) == 2 * 365 * 86_400
    assert 29 * 86_400 < int(session["max-age"]) <= 30 * 86_400


def test_on_https_the_cookies_are_secure_and_no_other_host_can_plant_them(
    company: Company,
) -> None:
    token = company.register().session
    behind_a_proxy = create_app(company.platform, WebSettings())
    with (
        served(behind_a_proxy, proxies="127.0.0.1") as address,
        httpx.Client(base_url=address, headers=BROWSER) as page,
    ):
        over_https = {"X-Forwarded-Proto": "https"}
        phone = company.phones[company.register().customer_id]
        ok(page.post("/v1/sessions/code", json={"phone": phone}))
        proof = {"phone": phone, "code": CODE}
        answer = page.post("/v1/sessions", json=proof, headers=over_https)
        session = cookie_of(answer, "__Host-huoqi_session")
        device = cookie_of(answer, "__Host-huoqi_device")
        assert (session["secure"], session["path"], session["domain"]) == (True, "/", "")
        assert (device["secure"], device["path"], device["domain"]) == (True, "/", "")
        assert answer.headers["strict-transport-security"] == "max-age=63072000"
        assert "strict-transport-security" not in page.get("/v1/browser").headers

        planted = over_https | {"Cookie": f"huoqi_session={token}"}
        own = over_https | {"Cookie": f"__Host-huoqi_session={session.value}"}

        assert ok(page.get("/v1/browser", headers=planted))["signed_in"] is False
        assert ok(page.get("/v1/browser", headers=own))["signed_in"] is True


def test_nobody_on_this_machine_says_for_another_where_they_come_from(
    company: Company, page: httpx.Client
) -> None:
    answer = page.get("/v1/browser", headers={"X-Forwarded-Proto": "https"})

    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_pages_of_other_sites_read_nothing_by_cookie(
    company: Company, page: httpx.Client, site: str
) -> None:
    sign_in(page, company)

    refused = page.get("/v1/me", headers={"Sec-Fetch-Site": site})

    assert (refused.status_code, refused.json()["code"]) == (403, "auth.csrf")
    ok(page.get("/v1/me", headers={"Sec-Fetch-Site": "none"}))
    ok(page.get("/v1/me", headers={"Sec-Fetch-Site": "same-origin"}))


def test_a_program_gets_its_token_and_no_cookie(company: Company) -> None:
    someone = company.register()
    phone = company.phones[someone.customer_id]
    ok(company.http.post("/v1/sessions/code", json={"phone": phone}))

    answer = company.http.post("/v1/sessions", json={"phone": phone, "code": CODE})

    assert answer.json()["session"]["token"].startswith("s")
    assert answer.json()["csrf"] == ""
    assert "set-cookie" not in answer.headers


def test_a_page_learns_who_is_signed_in_and_its_proof(company: Company, page: httpx.Client) -> None:
    stranger = ok(page.get("/v1/browser"))
    _, signed_in = sign_in(page, company)
    known = ok(page.get("/v1/browser"))

    assert (stranger["signed_in"], stranger["csrf"], stranger["mode"]) == (False, "", "sandbox")
    assert "phone" in stranger["sign_in_methods"]
    assert (known["signed_in"], known["csrf"]) == (True, signed_in["csrf"])
    assert ok(page.get("/v1/me"))["customer_id"] == signed_in["session"]["customer_id"]


def test_a_cookie_alone_changes_nothing(company: Company, page: httpx.Client) -> None:
    _, signed_in = sign_in(page, company)
    proof = {"Huoqi-Csrf": signed_in["csrf"]}
    forged = [
        {},
        {"Huoqi-Csrf": "0" * 32},
        proof | {"Sec-Fetch-Site": "cross-site"},
        proof | {"Sec-Fetch-Site": "same-site"},
    ]

    for headers in forged:
        for path in (
            "/v1/me/freeze",
            "/v1/purchases",
            "/v1/orders/00000000-0000-0000-0000-000000000000/cancellation",
        ):
            refused = page.post(path, json={}, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "auth.csrf"), path
        assert page.delete("/v1/browser/session", headers=headers).json()["code"] == "auth.csrf"
    assert ok(page.get("/v1/me"))["frozen_by"] is None
    ok(page.post("/v1/me/freeze", headers=proof | {"Sec-Fetch-Site": "same-origin"}))
    assert ok(page.get("/v1/me"))["frozen_by"] == "self"


def test_a_proof_is_of_one_session_only(company: Company, page: httpx.Client) -> None:
    _, earlier = sign_in(page, company)
    sign_in(page, company)

    refused = page.post("/v1/me/freeze", headers={"Huoqi-Csrf": earlier["csrf"]})

    assert refused.json()["code"] == "auth.csrf"


def test_signing_out_ends_the_session_and_takes_the_cookie(
    company: Company, page: httpx.Client
) -> None:
    _, signed_in = sign_in(page, company)
    token = page.cookies["huoqi_session"]

    answer = page.delete("/v1/browser/session", headers={"Huoqi-Csrf": signed_in["csrf"]})

    ok(answer)
    assert cookie_of(answer, "huoqi_session")["max-age"] == "0"
    ended = company.http.get("/v1/me", headers={"Huoqi-Session": token})
    assert ended.json()["code"] == "auth.session_invalid"
    assert "huoqi_session" not in page.cookies
    assert page.get("/v1/me").json()["code"] == "auth.session_missing"
    assert "huoqi_device" in page.cookies


def test_the_header_wins_over_the_cookie(company: Company, page: httpx.Client) -> None:
    sign_in(page, company)
    other = company.register()

    assert ok(page.get("/v1/me", headers=other.headers))["customer_id"] == other.customer_id


def test_malformed_cookies_are_no_cookies(company: Company) -> None:
    for text in ("huoqi_session", "huoqi_session=a b", "huoqi_session=" + "x" * 300, ";;=;"):
        answer = company.http.get("/v1/me", headers={"Cookie": text})
        assert answer.json()["code"] == "auth.session_missing", text


def test_a_new_sign_in_ends_what_the_browser_had_before(
    company: Company, page: httpx.Client
) -> None:
    first, _ = sign_in(page, company)
    cookie = page.cookies["huoqi_session"]
    elsewhere = len(ok(page.get("/v1/sessions"))["data"])

    phone = company.phones[first.customer_id]
    ok(page.post("/v1/sessions/code", json={"phone": phone}))
    ok(page.post("/v1/sessions", json={"phone": phone, "code": CODE}))
    again = page.cookies["huoqi_session"]
    before = [_lives(company, token) for token in (cookie, again, first.session)]
    listed = len(ok(page.get("/v1/sessions"))["data"])
    sign_in(page, company)

    assert before == [False, True, True]
    assert listed == elsewhere
    assert [_lives(company, token) for token in (again, page.cookies["huoqi_session"])] == [
        False,
        True,
    ]


def test_a_session_whose_cookie_was_lost_ends_with_the_next_one_on_its_device(
    company: Company, page: httpx.Client
) -> None:
    someone, _ = sign_in(page, company)
    lost = page.cookies["huoqi_session"]
    page.cookies.delete("huoqi_session")

    phone = company.phones[someone.customer_id]
    ok(page.post("/v1/sessions/code", json={"phone": phone}))
    ok(page.post("/v1/sessions", json={"phone": phone, "code": CODE}))

    assert not _lives(company, lost)
    assert _lives(company, someone.session)


def _lives(company: Company, token: str) -> bool:
    answer = company.http.get("/v1/sessions", headers={"Huoqi-Session": token})
    return answer.status_code == 200
