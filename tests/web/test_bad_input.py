"""Whatever is sent, the answer is a clear problem with a stable code; never a 500."""

import json
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from tests.web.company import FUND, Company, Customer, ok

AN_ID = "018f2b7a-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def buyer(company: Company) -> Customer:
    """Return a customer who could buy."""
    return company.ready_customer()


@pytest.fixture(autouse=True)
def _nothing_half_written(company: Company, buyer: Customer) -> Iterator[None]:
    before = ok(buyer.get("/v1/orders"))["data"]
    yield
    assert ok(buyer.get("/v1/orders"))["data"] == before


def _raw(
    buyer: Customer, body: bytes, *, path: str = "/v1/purchases", kind: str = "application/json"
) -> httpx.Response:
    headers = {**buyer.headers, "Content-Type": kind, "Idempotency-Key": uuid4().hex}
    return buyer.http.post(path, content=body, headers=headers)


def _problem(response: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert body["code"] == code
    assert body["type"] == f"/docs/errors#{code}"
    assert body["request_id"] == response.headers["huoqi-request-id"]
    assert body["next_steps"]
    return body


def _purchase(amount: object, card_id: str = AN_ID, **more: object) -> bytes:
    body = {"fund": FUND, "amount": {"amount": amount, "currency": "CNY"}, "card_id": card_id}
    return json.dumps({**body, **more}).encode()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1]x", b"\xff\xfe", b"NaN", b"[" * 60_000, b'{"a":"\\ud800"}', b"9" * 5_000],
    ids=["empty", "cut", "trailing", "not utf-8", "nan", "deep", "surrogate", "long number"],
)
@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/redemptions", "/v1/sessions"])
def test_malformed_json(buyer: Customer, body: bytes, path: str) -> None:
    response = _raw(buyer, body, path=path)

    assert response.status_code == 400, response.text
    assert response.json()["code"].startswith("validation.")


@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/sessions"])
def test_nul_characters(buyer: Customer, path: str) -> None:
    _problem(_raw(buyer, b'{"fund":"\\u0000"}', path=path), 400, "validation.text")
    _problem(buyer.get("/v1/funds/%00"), 400, "validation.text")
    _problem(buyer.get("/v1/banks?on=%00"), 400, "validation.text")


@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/sessions", "/v1/me/freeze"])
def test_names_that_stand_twice(buyer: Customer, path: str) -> None:
    body = b'{"amount":{"amount":"1","amount":"2"}}'
    whole = _purchase("100", card_id=buyer.card_id)
    twice = whole.replace(b'"currency"', b'"amount": "200", "currency"')

    if path == "/v1/purchases":
        problem = _problem(_raw(buyer, twice, path=path), 400, "validation.duplicate_name")
        assert problem["errors"] == [
            {"pointer": "/amount/amount", "code": "validation.duplicate_name"}
        ]
    else:
        _problem(_raw(buyer, body, path=path), 400, "validation.duplicate_name")


@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/sessions"])
def test_huge_bodies(buyer: Customer, path: str) -> None:
    _problem(_raw(buyer, b"x" * 70_000, path=path), 413, "validation.body_too_large")

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"y" * 1_000

    headers = {**buyer.headers, "Content-Type": "application/json", "Idempotency-Key": "k"}
    streamed = buyer.http.post(path, content=endless(), headers=headers)
    _problem(streamed, 413, "validation.body_too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("path", ["/v1/purchases", "/v1/sessions"])
def test_wrong_content_type(buyer: Customer, path: str, kind: str) -> None:
    _problem(_raw(buyer, b"{}", path=path, kind=kind), 415, "validation.content_type")


@pytest.mark.parametrize("amount", [100, 1.5, 0, -1, 10**30])
def test_amounts_as_numbers(buyer: Customer, amount: float) -> None:
    problem = _problem(_raw(buyer, _purchase(amount)), 400, "validation.amount_not_string")

    assert problem["errors"] == [
        {"pointer": "/amount/amount", "code": "validation.amount_not_string"}
    ]


@pytest.mark.parametrize("amount", ["0", "-1", "-9223372036854775808"])
def test_zero_and_negative_amounts(buyer: Customer, amount: str) -> None:
    _problem(_raw(buyer, _purchase(amount)), 400, "validation.amount_not_positive")


@pytest.mark.parametrize(
    "amount", ["", "ten", "1.5", "1e3", "+1", "01", "9223372036854775808", "9" * 60, " 1", "１"]
)
def test_amounts_that_are_no_integers(buyer: Customer, amount: str) -> None:
    _problem(_raw(buyer, _purchase(amount)), 400, "validation.amount_malformed")


def test_the_largest_integer_is_refused_by_a_rule_and_not_by_a_fault(buyer: Customer) -> None:
    response = _raw(buyer, _purchase("9223372036854775807", card_id=buyer.card_id))

    assert response.status_code == 422, response.text


@pytest.mark.parametrize("amount", [None, True, [], {}, {"amount": "1"}])
def test_amounts_of_another_shape(buyer: Customer, amount: object) -> None:
    _problem(_raw(buyer, _purchase(amount)), 400, "validation.failed")


def test_unknown_fields(buyer: Customer) -> None:
    problem = _problem(_raw(buyer, _purchase("1", extra=1)), 400, "validation.unknown_field")
    assert problem["errors"] == [{"pointer": "/extra", "code": "validation.unknown_field"}]

    answer = buyer.post("/v1/me/payment-password", {"payment_password": "280461", "x": 1})
    _problem(answer, 400, "validation.unknown_field")


@pytest.mark.parametrize("card", ["", "x", "6222020000000180000", None, 5])
def test_bad_uuids_in_a_body(buyer: Customer, card: object) -> None:
    _problem(_raw(buyer, _purchase("1", card_id=card)), 400, "validation.failed")  # type: ignore[arg-type] # wrong on purpose


@pytest.mark.parametrize("order_id", ["x", "1", "018f2b7a-0000-7000-8000-00000000000g", "%F0"])
def test_bad_uuids_in_a_path(buyer: Customer, order_id: str) -> None:
    _problem(buyer.get(f"/v1/orders/{order_id}"), 400, "validation.failed")


def test_what_is_not_there(buyer: Customer) -> None:
    _problem(buyer.get(f"/v1/orders/{AN_ID}"), 404, "route.object_not_found")
    _problem(buyer.get("/v1/nothing"), 404, "route.not_found")
    _problem(buyer.get("/v1/funds/NOSUCH"), 404, "fund.unknown")


def test_another_method(buyer: Customer) -> None:
    for path in ("/v1/purchases", "/v1/orders"):
        response = buyer.http.put(path, headers=buyer.headers)
        _problem(response, 405, "route.method_not_allowed")
        assert response.headers["allow"] == ("GET" if path == "/v1/orders" else "POST")


@pytest.mark.parametrize("limit", ["0", "-1", "501", "x", "9" * 40, "1.5"])
def test_bad_limits(buyer: Customer, limit: str) -> None:
    _problem(buyer.get(f"/v1/orders?limit={limit}"), 400, "validation.failed")


@pytest.mark.parametrize("cursor", ["x", "bjox", "%FF", "a" * 500])
def test_bad_cursors(buyer: Customer, cursor: str) -> None:
    response = buyer.get(f"/v1/orders?cursor={cursor}")

    assert response.status_code == 400, response.text


@pytest.mark.parametrize("on", ["2015-13-01", "20150511", "0", "9999-12-31", "-2015-01-01", "x"])
def test_bad_dates(buyer: Customer, on: str) -> None:
    _problem(buyer.get(f"/v1/banks?on={on}"), 400, "validation.failed")
    _problem(buyer.get(f"/v1/holdings/{FUND}/days/{on}"), 400, "validation.failed")


def test_bad_periods(buyer: Customer) -> None:
    backwards = buyer.get(f"/v1/funds/{FUND}/yields?from=2015-05-12&to=2015-05-11")
    _problem(backwards, 400, "validation.failed")
    endless = buyer.get(f"/v1/funds/{FUND}/yields?from=2000-01-01&to=2100-01-01")
    _problem(endless, 400, "validation.failed")


def test_stale_and_missing_sessions(buyer: Customer) -> None:
    for token in (b"x", b"hqs_0_aaaa", b"\xe9\xff", buyer.session.encode() + b"x"):
        answer = buyer.http.get("/v1/orders", headers={b"Huoqi-Session": token})
        _problem(answer, 401, "auth.session_invalid")
    _problem(buyer.http.get("/v1/orders"), 401, "auth.session_missing")
    _problem(buyer.http.post("/v1/purchases", json={}), 401, "auth.session_missing")


def test_no_step_up_no_money(buyer: Customer) -> None:
    headers = {"Huoqi-Session": buyer.session, "Idempotency-Key": "k"}
    body = json.loads(_purchase("100", card_id=buyer.card_id))

    answer = buyer.http.post("/v1/purchases", json=body, headers=headers)

    _problem(answer, 403, "auth.step_up_required")


def test_keys_that_are_none(company: Company) -> None:
    for text in ("x", "hq_test_" + "a" * 32, "hq_live_" + "a" * 32):
        answer = company.http.get("/v1/api-keys", headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_without_the_role(company: Company) -> None:
    viewer = company.key("viewer")

    answer = company.http.get("/v1/api-keys", headers={"Authorization": f"Bearer {viewer}"})

    _problem(answer, 403, "auth.role_missing")


def test_unknown_versions(buyer: Customer) -> None:
    headers = {"Huoqi-Version": "2001-01-01"}

    _problem(buyer.http.get("/v1/funds", headers=headers), 400, "version.unknown")


def test_problems_speak_chinese(buyer: Customer) -> None:
    answer = buyer.http.get("/v1/orders", headers={"Accept-Language": "zh-CN"})

    assert answer.json()["title"] == "请先登录"
    assert answer.headers["content-language"] == "zh-CN"


def test_answers_carry_safe_headers(buyer: Customer) -> None:
    answer = buyer.get("/v1/funds")

    assert answer.headers["huoqi-version"] == "2026-11-01"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "business_time" in answer.json()


def test_nobody_sees_anybody_elses(company: Company, buyer: Customer) -> None:
    neighbour = company.ready_customer()
    theirs = ok(neighbour.buy(10_000))["order"]["id"]

    _problem(buyer.get(f"/v1/orders/{theirs}"), 404, "route.object_not_found")
    answer = buyer.post(f"/v1/orders/{theirs}/cancellation", {}, key="k")
    _problem(answer, 404, "fund.order_not_found")


def test_no_answer_or_metric_holds_private_fields(company: Company, buyer: Customer) -> None:
    page = company.http.get("/metrics").text

    assert 'route="/v1/orders/{order_id}"' in page
    assert buyer.session not in page
    assert AN_ID not in page


@pytest.mark.parametrize("path", ["/v1/funds/", "/v1/me/", "/v1/orders/", "/V1/funds"])
def test_a_path_that_is_almost_right_is_not_there(buyer: Customer, path: str) -> None:
    _problem(buyer.get(path), 404, "route.not_found")


@pytest.mark.parametrize("field", ["at", "until"])
def test_a_fault_has_no_instant_beyond_all_calendars(company: Company, field: str) -> None:
    fault = {"fault": "bank_down", field: "9999-12-31T23:59:59-14:00"}

    for path in ("/v1/sandbox/faults", "/v1/sandbox/banks/CCB/faults"):
        refused = company.staff(path, "POST", fault)
        assert (refused.status_code, refused.json()["code"]) == (400, "validation.failed")


def test_a_parameter_that_a_route_does_not_know_is_refused_by_name(company: Company) -> None:
    refused = company.staff("/v1/close?limit=1&limt=2&on=2015-05-11")

    body = refused.json()
    assert (refused.status_code, body["code"]) == (400, "validation.unknown_parameter")
    assert [each["pointer"] for each in body["errors"]] == ["query:limt", "query:on"]
    assert company.staff("/v1/close?limit=1").status_code == 200
    assert company.http.get("/healthz?%00=1").status_code == 400
    assert company.http.get("/docs?from=elsewhere").status_code == 200
