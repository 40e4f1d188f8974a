"""Agreeing over HTTP: nothing is bought before, what was agreed to is kept and shown."""

from tests.web.company import FUND, Company, Customer, ok

NAMES = ["summary", "risk", "service", "privacy"]


def _named(*codes: str, version: str = "1") -> list[dict[str, str]]:
    return [{"code": code, "version": version} for code in codes]


def _code(response: object) -> str:
    return str(response.json()["code"])  # type: ignore[attr-defined] # an answer of httpx


def _newcomer(company: Company) -> Customer:
    """Return a customer who could buy but has agreed to nothing."""
    return company.ready_customer(agrees=False)


def test_a_purchase_needs_every_agreement_in_force(company: Company) -> None:
    customer = _newcomer(company)

    refused = customer.buy(100, key="first")
    ok(customer.post("/v1/me/agreements", {"fund": FUND, "agreements": _named(*NAMES[:3])}))
    still = customer.buy(100, key="first")
    ok(customer.post("/v1/me/agreements", {"fund": FUND, "agreements": _named("privacy")}))

    assert (refused.status_code, _code(refused)) == (422, "fund.agreements_missing")
    assert _code(still) == "fund.agreements_missing"
    assert customer.buy(100, key="first").status_code == 201


def test_what_was_agreed_to_is_shown_with_time_and_text(company: Company) -> None:
    customer = _newcomer(company)
    before = ok(customer.get(f"/v1/me/agreements?fund={FUND}"))
    customer.agree()

    after = ok(customer.get(f"/v1/me/agreements?fund={FUND}"))

    assert (before["data"], before["outstanding"]) == ([], _named(*NAMES))
    assert after["outstanding"] == []
    assert {(each["agreement"]["code"], each["fund"]) for each in after["data"]} == {
        ("summary", FUND),
        ("risk", FUND),
        ("service", None),
        ("privacy", None),
    }
    for each in after["data"]:
        assert each["text_sha256"] == each["agreement"]["text_sha256"]
        assert each["is_in_force"]
        assert each["way"] == "customer"
        assert len(each["agreement"]["body_zh"]) == len(each["agreement"]["body_en"])


def test_agreeing_again_changes_nothing(company: Company) -> None:
    customer = _newcomer(company)
    customer.agree()
    first = ok(customer.get("/v1/me/agreements"))["data"]
    customer.agree()

    assert ok(customer.get("/v1/me/agreements"))["data"] == first
    told = [
        each["data"]["agreement"]
        for each in ok(customer.get("/v1/me/events?limit=500"))["data"]
        if each["type"] == "customer.agreement.accepted"
    ]
    assert sorted(told) == sorted(NAMES)


def test_a_version_that_is_not_in_force_is_refused_whole(company: Company) -> None:
    customer = _newcomer(company)
    body = {"fund": FUND, "agreements": [*_named("risk"), *_named("summary", version="2")]}

    refused = customer.post("/v1/me/agreements", body)

    assert (refused.status_code, _code(refused)) == (409, "agreement.not_in_force")
    assert ok(customer.get("/v1/me/agreements"))["data"] == []


def test_of_an_unknown_fund_nothing_is_agreed_to(company: Company) -> None:
    customer = _newcomer(company)

    posted = customer.post("/v1/me/agreements", {"fund": "999999", "agreements": _named("risk")})

    assert _code(posted) == "fund.unknown"
    assert _code(customer.get("/v1/funds/999999/agreements")) == "fund.unknown"


def test_invented_people_have_agreed_when_they_moved_in(company: Company) -> None:
    opened = ok(company.http.post("/v1/sandbox/personas/saver/sessions", headers=_staff(company)))
    saver = Customer(company.http, opened["session"]["token"], "")

    data = ok(saver.get("/v1/me/agreements"))["data"]

    assert {each["agreement"]["code"] for each in data} == set(NAMES)
    assert {each["way"] for each in data} == {"simulated"}


def _staff(company: Company) -> dict[str, str]:
    return {"Authorization": f"Bearer {company.operator}"}
