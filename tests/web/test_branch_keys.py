"""Keys and staff come along: to another branch, back, and through a rewind."""

from collections.abc import Iterator

import httpx
import pytest

from tests.web.company import Company, ok

BROWSER = {"Huoqi-Client": "browser"}


@pytest.fixture
def page(company: Company) -> Iterator[httpx.Client]:
    """Return a browser that has visited nothing yet."""
    with httpx.Client(base_url=company.http.base_url, headers=BROWSER, timeout=30) as http:
        yield http


def _made(company: Company, label: str) -> tuple[str, str]:
    """Make a viewer's key over HTTP; return its id and text."""
    body = {"label": label, "roles": ["viewer"]}
    made = company.checked(company.staff("/v1/api-keys", "POST", body))
    return made["key_id"], made["key"]


def _reads(company: Company, key: str) -> int:
    return company.http.get("/v1/close", headers={"Authorization": f"Bearer {key}"}).status_code


def _branch(company: Company, name: str) -> str:
    """Keep the present state as a branch; return the present one's name."""
    ok(company.staff("/v1/sandbox/branches", "POST", {"name": name}))
    listed = ok(company.staff("/v1/sandbox/branches"))["data"]
    return str(next(each["name"] for each in listed if each["is_current"]))


def _switch(company: Company, name: str) -> None:
    ok(company.staff(f"/v1/sandbox/branches/{name}/switch", "POST"))


def test_a_key_made_on_one_branch_works_on_the_other_and_back(company: Company) -> None:
    home = _branch(company, "elsewhere")
    _, here = _made(company, "made-here")

    _switch(company, "elsewhere")
    assert _reads(company, here) == 200
    there_id, there = _made(company, "made-there")
    _switch(company, home)
    assert (_reads(company, here), _reads(company, there)) == (200, 200)

    company.checked(company.staff(f"/v1/api-keys/{there_id}", "DELETE"))
    _switch(company, "elsewhere")
    assert (_reads(company, here), _reads(company, there)) == (200, 401)
    _switch(company, home)
    assert _reads(company, there) == 401


def test_a_key_that_was_revoked_after_a_branch_was_kept_stays_revoked(company: Company) -> None:
    key_id, key = _made(company, "leaver")
    home = _branch(company, "before-leaving")
    company.checked(company.staff(f"/v1/api-keys/{key_id}", "DELETE"))

    _switch(company, "before-leaving")
    assert _reads(company, key) == 401
    _switch(company, home)
    assert _reads(company, key) == 401
    ok(company.staff("/v1/sandbox/rewind", "POST", {"to": "before-leaving"}))
    assert _reads(company, key) == 401


def test_a_rewind_keeps_keys_and_staff_and_gives_no_key_the_id_of_another(
    company: Company, page: httpx.Client
) -> None:
    _branch(company, "start")
    first_id, first = _made(company, "first")
    ok(page.post("/v1/staff/sessions", json={"key": first}))
    developer = ok(page.post("/v1/sandbox/developer-session"))

    proof = {"Huoqi-Csrf": developer["csrf"]}
    ok(page.post("/v1/sandbox/rewind", json={"to": "start"}, headers=proof))

    assert ok(page.get("/v1/sandbox/clock"))["state"] == "ready"
    assert ok(page.get("/v1/staff/me"))["label"] == "first"
    second_id, second = _made(company, "second")
    assert first_id != second_id
    assert (_reads(company, first), _reads(company, second)) == (200, 200)


def test_a_staff_session_that_has_ended_stays_ended(company: Company, page: httpx.Client) -> None:
    _, key = _made(company, "night")
    signed_in = ok(page.post("/v1/staff/sessions", json={"key": key}))
    _branch(company, "signed-in")
    token = page.cookies["huoqi_staff"]
    proof = {"Huoqi-Csrf": signed_in["csrf"]}
    ok(page.delete("/v1/staff/sessions/current", headers=proof))

    ok(company.staff("/v1/sandbox/rewind", "POST", {"to": "signed-in"}))

    again = company.http.get("/v1/staff/me", headers={"Cookie": f"huoqi_staff={token}"})
    assert again.json()["code"] == "auth.staff_session_invalid"
