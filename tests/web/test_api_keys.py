"""Keys of staff and programs: two people make and end them; the first operator begins alone."""

from collections.abc import Iterator

import pytest

from tests.web.company import Company, Json, ok, served_company


@pytest.fixture
def fresh(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Yield a company whose only key is the first operator's."""
    with served_company(dsn, data=tmp_path_factory.mktemp("data")) as company:
        yield company


def _as(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _lets_in(company: Company, key: str) -> bool:
    return company.http.get("/v1/close", headers=_as(key)).status_code == 200


def _proposed(company: Company, key: str, label: str, *roles: str) -> Json:
    body = {"label": label, "roles": list(roles)}
    return ok(company.http.post("/v1/api-keys", json=body, headers=_as(key)))


def _decided(company: Company, key: str, told: Json, verdict: str) -> str:
    path = f"/v1/approvals/{told['approval']['id']}/decision"
    answer = company.http.post(path, json={"verdict": verdict}, headers=_as(key))
    return str(answer.json().get("code") or answer.json()["approval"]["state"])


def test_the_first_operator_makes_two_colleagues_alone_and_nothing_more(fresh: Company) -> None:
    wang = _proposed(fresh, fresh.operator, "wang", "operator")
    li = _proposed(fresh, fresh.operator, "li", "approver")
    third = _proposed(fresh, fresh.operator, "zhao", "viewer")

    assert (wang["works"], li["works"], third["works"]) == (True, True, False)
    assert wang["approval"] is None
    assert [_lets_in(fresh, each["key"]) for each in (wang, li, third)] == [True, True, False]
    assert _decided(fresh, wang["key"], third, "approve") == "approval.maker_is_checker"


def test_a_key_works_once_a_second_person_has_approved_it(company: Company) -> None:
    maker, checker = company.key("operator", label="maker"), company.key("approver", label="two")
    told = _proposed(company, maker, "night-desk", "viewer")
    before = _lets_in(company, told["key"])

    assert _decided(company, maker, told, "approve") in {
        "approval.maker_is_checker",
        "auth.role_missing",
    }
    assert _decided(company, checker, told, "approve") == "approved"

    assert (before, _lets_in(company, told["key"])) == (False, True)
    listed = ok(company.staff("/v1/api-keys"))["data"]
    (made,) = [each for each in listed if each["key_id"] == told["key_id"]]
    assert (made["made_by"], made["hint"]) == ("staff:maker", told["key"][-4:])
    assert told["key"] not in company.staff("/v1/api-keys").text
    assert told["key"] not in company.staff(f"/v1/approvals/{told['approval']['id']}").text


def test_a_refused_key_never_works(company: Company) -> None:
    maker, checker = company.key("operator", label="m2"), company.key("approver", label="c2")
    told = _proposed(company, maker, "never", "operator")

    assert _decided(company, checker, told, "refuse") == "refused"

    assert not _lets_in(company, told["key"])
    listed = ok(company.staff("/v1/api-keys"))["data"]
    assert told["key_id"] not in {each["key_id"] for each in listed}


def test_a_key_ends_by_two_people_and_ones_own_at_once(company: Company) -> None:
    maker, checker = company.key("operator", label="m3"), company.key("approver", label="c3")
    victim = company.key("viewer", label="leaver")
    ids = {each["label"]: each["key_id"] for each in ok(company.staff("/v1/api-keys"))["data"]}

    told = ok(company.http.delete(f"/v1/api-keys/{ids['leaver']}", headers=_as(maker)))
    still = _lets_in(company, victim)
    assert _decided(company, checker, told, "approve") == "approved"
    own = ok(company.http.delete(f"/v1/api-keys/{ids['m3']}", headers=_as(maker)))

    assert (told["done"], still, _lets_in(company, victim)) == (False, True, False)
    assert (own["done"], own["approval"], _lets_in(company, maker)) == (True, None, False)


def test_a_key_that_ended_meanwhile_is_not_ended_twice(company: Company) -> None:
    maker, checker = company.key("operator", label="m4"), company.key("operator", label="c4")
    ids = {each["label"]: each["key_id"] for each in ok(company.staff("/v1/api-keys"))["data"]}
    told = ok(company.http.delete(f"/v1/api-keys/{ids['c4']}", headers=_as(maker)))
    ok(company.http.delete(f"/v1/api-keys/{ids['c4']}", headers=_as(checker)))
    second = company.key("approver", label="c5")

    assert _decided(company, second, told, "approve") == "approval.stale"
    again = company.http.delete(f"/v1/api-keys/{ids['c4']}", headers=_as(maker))
    assert again.json()["code"] == "api_key.unknown"
