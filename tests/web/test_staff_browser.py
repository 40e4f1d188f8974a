"""Staff in a browser: their cookie opens their own routes, with the page's proof, and no others."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from huoqi.customers.operations import RelyingParty
from huoqi.web.app import create_app
from huoqi.web.limits import Rate
from huoqi.web.settings import WebSettings
from tests.web.company import Company, Json, ok, served
from tests.web.test_browser import cookie_of, sign_in

BROWSER = {"Huoqi-Client": "browser"}
PROPOSAL = {"label": "night-shift", "roles": ["viewer"], "holder": "program"}


@pytest.fixture
def page(company: Company) -> Iterator[httpx.Client]:
    """Return a browser that has visited nothing yet."""
    with httpx.Client(base_url=company.http.base_url, headers=BROWSER, timeout=30) as http:
        yield http


def staff(page: httpx.Client, role: str) -> Json:
    return ok(page.post("/v1/sandbox/staff-sessions", json={"role": role}))


def test_a_key_signs_a_browser_in_without_being_told_again(
    company: Company, page: httpx.Client
) -> None:
    key = company.key("finance", label=f"li-{uuid4().hex[:6]}")

    answer = page.post("/v1/staff/sessions", json={"key": key})

    body, cookie = ok(answer), cookie_of(answer, "huoqi_staff")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "strict")
    assert 11.9 * 3600 < int(cookie["max-age"]) <= 12 * 3600
    assert cookie.value not in answer.text
    assert key not in answer.text
    me = ok(page.get("/v1/staff/me"))
    assert (me["label"], me["roles"], me["mode"]) == (body["label"], ["finance"], "sandbox")
    told = ok(page.get("/v1/browser"))["staff"]
    assert told == {
        "signed_in": True,
        "label": body["label"],
        "roles": ["finance"],
        "csrf": body["csrf"],
    }


def test_a_wrong_key_signs_nobody_in(page: httpx.Client) -> None:
    refused = page.post("/v1/staff/sessions", json={"key": "hq_test_" + "a" * 32})

    assert (refused.status_code, refused.json()["code"]) == (401, "auth.key_invalid")
    assert "set-cookie" not in refused.headers


def test_a_cookie_of_staff_changes_nothing_without_the_proof(page: httpx.Client) -> None:
    signed_in = staff(page, "operator")

    refused = page.post("/v1/api-keys", json=PROPOSAL)
    forged = page.post("/v1/api-keys", json=PROPOSAL, headers={"Huoqi-Csrf": "0" * 32})
    crossed = page.post(
        "/v1/api-keys",
        json=PROPOSAL,
        headers={"Huoqi-Csrf": signed_in["csrf"], "Sec-Fetch-Site": "cross-site"},
    )
    done = page.post("/v1/api-keys", json=PROPOSAL, headers={"Huoqi-Csrf": signed_in["csrf"]})

    assert [each.json()["code"] for each in (refused, forged, crossed)] == ["auth.csrf"] * 3
    assert done.status_code == 202, done.text


def test_staff_and_customers_do_not_open_each_others_doors(
    company: Company, page: httpx.Client
) -> None:
    staff(page, "operator")
    assert page.get("/v1/me").json()["code"] == "auth.session_missing"
    page.cookies.clear()
    _, signed_in = sign_in(page, company)
    assert page.get("/v1/close").json()["code"] == "auth.key_missing"
    token = page.cookies["huoqi_session"]
    for name in ("huoqi_staff", "huoqi_developer"):
        swapped = company.http.get("/v1/events", headers={"Cookie": f"{name}={token}"})
        assert swapped.json()["code"] in {"auth.staff_session_invalid"}, name
    bearer = {"Authorization": f"Bearer {token}"}
    assert company.http.get("/v1/close", headers=bearer).json()["code"] == "auth.key_invalid"
    staff_session = staff(page, "viewer")
    worker = page.cookies["huoqi_staff"]
    for headers in ({"Huoqi-Session": worker}, {"Cookie": f"huoqi_session={worker}"}):
        refused = company.http.get("/v1/me", headers=headers)
        assert refused.json()["code"] == "auth.session_invalid"
    proofs = {"Huoqi-Csrf": staff_session["csrf"]}
    assert page.post("/v1/me/freeze", headers=proofs).json()["code"] == "auth.csrf"
    assert signed_in["csrf"] != staff_session["csrf"]


def test_revoking_the_key_ends_the_browser_at_once(company: Company, page: httpx.Client) -> None:
    label = f"zhao-{uuid4().hex[:6]}"
    key = company.key("viewer", label=label)
    ok(page.post("/v1/staff/sessions", json={"key": key}))
    listed = ok(company.staff("/v1/api-keys"))["data"]
    (key_id,) = [each["key_id"] for each in listed if each["label"] == label]

    company.checked(company.staff(f"/v1/api-keys/{key_id}", "DELETE"))

    assert page.get("/v1/staff/me").json()["code"] == "auth.staff_session_invalid"
    assert ok(page.get("/v1/browser"))["staff"]["signed_in"] is False


def test_signing_out_ends_the_session_and_takes_the_cookie(page: httpx.Client) -> None:
    signed_in = staff(page, "viewer")
    token = page.cookies["huoqi_staff"]
    assert page.delete("/v1/staff/sessions/current").json()["code"] == "auth.csrf"

    ok(page.delete("/v1/staff/sessions/current", headers={"Huoqi-Csrf": signed_in["csrf"]}))

    assert "huoqi_staff" not in page.cookies
    ended = page.get("/v1/staff/me", headers={"Cookie": f"huoqi_staff={token}"})
    assert ended.json()["code"] == "auth.staff_session_invalid"


def test_a_role_sees_what_is_its_own(page: httpx.Client) -> None:
    staff(page, "support")

    assert page.get("/v1/staff/me").status_code == 200
    refused = page.get("/v1/sandbox/clock")
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.role_missing")


def test_a_developer_works_beside_a_customer_and_staff(
    company: Company, page: httpx.Client
) -> None:
    _, customer = sign_in(page, company)
    worker = staff(page, "viewer")
    developer = ok(page.post("/v1/sandbox/developer-session"))
    fault = {"fault": "bank_down", "target": "ICBC", "next_n": 1}

    told = ok(page.get("/v1/browser"))
    armed = [
        page.post("/v1/sandbox/faults", json=fault, headers={"Huoqi-Csrf": proof})
        for proof in (developer["csrf"], worker["csrf"], customer["csrf"])
    ]

    assert told["developer"] == {"signed_in": True, "csrf": developer["csrf"]}
    assert (told["csrf"], told["staff"]["csrf"]) == (customer["csrf"], worker["csrf"])
    # The door takes the developer's and the staff's cookie; the customer's proof is of neither.
    assert [each.status_code for each in armed] == [201, 201, 403]
    assert ok(page.get("/v1/sandbox/clock"))["state"]
    assert ok(page.get("/v1/events"))["data"]
    assert ok(page.get("/v1/staff/me"))["roles"] == ["viewer"]
    persona = page.post(
        "/v1/sandbox/personas/saver/sessions", headers={"Huoqi-Csrf": developer["csrf"]}
    )
    assert ok(persona)["session"]["token"] == ""
    assert ok(page.get("/v1/browser"))["csrf"] == persona.json()["csrf"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "auth.csrf"),
        ({"Host": "huoqi.example.org"}, "sandbox.host_refused"),
        ({"Host": "huoqi.example.org:8315"}, "sandbox.host_refused"),
        # A page of a name that was made to lead here may say of itself what it likes.
        ({"Host": "a.example.org", "X-Forwarded-Proto": "https"}, "sandbox.host_refused"),
        ({"Host": ""}, "sandbox.host_refused"),
        ({"Origin": "https://a.example.org"}, "auth.csrf"),
        ({"Origin": "null"}, "auth.csrf"),
    ],
)
def test_other_sites_do_not_sign_in_to_the_sandbox(
    page: httpx.Client, headers: dict[str, str], code: str
) -> None:
    refused = page.post("/v1/sandbox/developer-session", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:8315"},
        {"Host": "127.0.0.1"},
        {"Host": "[::1]:8315"},
        {"Host": "sandbox:8315"},
    ],
)
def test_a_sandbox_signs_in_where_no_other_site_can_stand(
    page: httpx.Client, headers: dict[str, str]
) -> None:
    ok(page.post("/v1/sandbox/developer-session", headers=headers))


def test_a_sandbox_signs_in_under_its_own_name(company: Company) -> None:
    named = WebSettings(party=RelyingParty("huoqi.example.org", ("https://huoqi.example.org",)))
    with (
        served(create_app(company.platform, named)) as address,
        httpx.Client(base_url=address, headers={"Host": "huoqi.example.org"}) as http,
    ):
        ok(http.post("/v1/sandbox/developer-session"))


def test_sign_ins_are_slowed_down(company: Company) -> None:
    narrow = WebSettings(sign_in_rate=Rate(burst=2, refill_ms=60_000))
    with (
        served(create_app(company.platform, narrow)) as address,
        httpx.Client(base_url=address) as http,
    ):
        guess = {"key": "hq_test_" + "a" * 32}
        answers = [http.post("/v1/staff/sessions", json=guess) for _ in range(3)]
        others = http.post("/v1/sandbox/developer-session")

    assert [each.status_code for each in answers] == [401, 401, 429]
    assert others.json()["code"] == "rate.limited"
