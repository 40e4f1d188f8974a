"""Entrances, given headers, cookies, addresses and bodies of any kind: never a fault of ours."""

from collections.abc import Mapping
from urllib.parse import quote_from_bytes
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.company import Company, Customer, ok

HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cookie",
    "Host",
    "Huoqi-Client",
    "Huoqi-Csrf",
    "Huoqi-Device",
    "Huoqi-Session",
    "Huoqi-Step-Up",
    "Huoqi-Version",
    "Idempotency-Key",
    "If-None-Match",
    "Origin",
    "Prefer",
    "Range",
    "Sec-Fetch-Site",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
)
PLACES = (
    "/",
    "/console/",
    "/docs",
    "/healthz",
    "/v1/banks",
    "/v1/browser",
    "/v1/holdings",
    "/v1/me",
    "/v1/me/statements",
    "/v1/me/statements/2015-05.pdf",
    "/v1/oidc/callback",
    "/v1/oidc/start",
    "/v1/sandbox/personas",
    "/v1/staff/audit",
    "/v1/staff/me",
    "/v1/staff/orders",
)
POSTS = (
    "/v1/purchases",
    "/v1/redemptions",
    "/v1/sandbox/developer-session",
    "/v1/sandbox/webhook-inbox",
    "/v1/sessions",
    "/v1/sessions/passkey",
    "/v1/sessions/passkey/options",
    "/v1/staff/sessions",
    "/v1/step-ups",
    "/v1/step-ups/passkey/options",
    "/v1/webhooks",
)
# What a header may be on the wire: no control characters, and no blanks around it.
SAID = st.binary(max_size=80).map(lambda raw: bytes(b for b in raw if b > 31 and b != 127).strip())
COOKIES = st.lists(
    st.tuples(
        st.sampled_from(["huoqi_session", "huoqi_staff", "huoqi_developer", "huoqi_device", "x"]),
        st.one_of(
            SAID,
            st.from_regex(rb"[sgaw][0-9]{1,6}\.[A-Za-z0-9_-]{43}", fullmatch=True),
        ),
    ),
    max_size=5,
).map(lambda pairs: b"; ".join(name.encode() + b"=" + value for name, value in pairs))
SENT = st.dictionaries(st.sampled_from(HEADERS), SAID, max_size=4)
ANYHOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def asked(
    http: httpx.Client, method: str, path: str, headers: Mapping[str, bytes], body: bytes = b""
) -> httpx.Response:
    sent = {name.encode(): value for name, value in headers.items()}
    answer = http.request(method, path, headers=sent, content=body, follow_redirects=False)
    assert answer.status_code < 500 or answer.status_code == 503, (answer.status_code, answer.text)
    if answer.status_code >= 400 and "json" in answer.headers.get("content-type", ""):
        assert answer.json()["code"] != "server.fault"
    for name in ("content-security-policy", "x-content-type-options", "huoqi-request-id"):
        assert answer.status_code == 400 or name in answer.headers
    return answer


@pytest.fixture(scope="module")
def customer(company: Company) -> Customer:
    """Return a customer who could buy."""
    return company.ready_customer()


@pytest.mark.parametrize("path", PLACES)
def test_no_header_of_a_read_brings_a_fault(company: Company, path: str) -> None:
    @ANYHOW
    @given(headers=SENT, cookies=COOKIES)
    def read(headers: Mapping[str, bytes], cookies: bytes) -> None:
        asked(company.http, "GET", path, {"Cookie": cookies, **headers})

    read()


@pytest.mark.parametrize("path", POSTS)
def test_no_header_or_body_of_a_post_brings_a_fault(company: Company, path: str) -> None:
    bodies = st.one_of(st.binary(max_size=200), st.sampled_from([b"{}", b"null", b"[]", b'""']))

    @ANYHOW
    @given(headers=SENT, cookies=COOKIES, body=bodies)
    def post(headers: Mapping[str, bytes], cookies: bytes, body: bytes) -> None:
        kind = {"Content-Type": b"application/json", "Cookie": cookies}
        asked(company.http, "POST", path, {**kind, **headers}, body)

    post()


def test_no_address_brings_a_fault_or_leads_out_of_the_screens(company: Company) -> None:
    @ANYHOW
    @given(start=st.sampled_from(["/", "/assets/", "/v1/", "/docs/"]), rest=st.binary(max_size=40))
    def read(start: str, rest: bytes) -> None:
        asked(company.http, "GET", start + quote_from_bytes(rest, safe="./"), {})

    read()
    for rest in ("..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cwin.ini"):
        assert "root:" not in asked(company.http, "GET", f"/assets/{rest}", {}).text


def test_one_key_is_one_order_by_cookie_and_by_header(company: Company, customer: Customer) -> None:
    phone = company.phones[customer.customer_id]
    with httpx.Client(base_url=company.http.base_url, headers={"Huoqi-Client": "browser"}) as page:
        ok(page.post("/v1/sessions/code", json={"phone": phone}))
        csrf = ok(page.post("/v1/sessions", json={"phone": phone, "code": "123456"}))["csrf"]
        proof = {"Huoqi-Csrf": csrf}
        stepped = page.post("/v1/step-ups", json=customer.password, headers=proof)
        leave = {**proof, "Huoqi-Step-Up": ok(stepped)["grant"], "Idempotency-Key": uuid4().hex}
        body = {
            "fund": "990001",
            "amount": {"amount": "300", "currency": "CNY"},
            "card_id": customer.card_id,
        }

        by_cookie = page.post("/v1/purchases", json=body, headers=leave)
        without_proof = page.post(
            "/v1/purchases", json=body, headers={**leave, "Huoqi-Csrf": "", "Idempotency-Key": "n"}
        )
    by_header = customer.post("/v1/purchases", body, key=leave["Idempotency-Key"])

    assert without_proof.json()["code"] == "auth.csrf"
    assert by_cookie.status_code == 201, by_cookie.text
    assert by_header.content == by_cookie.content
    assert by_header.headers["idempotent-replay"] == "true"
