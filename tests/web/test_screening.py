"""Screening over HTTP: applicants who may be listed wait for people, customers become cases."""

from dataclasses import replace
from datetime import date

from huoqi.close.operations.guarding import guard_night
from huoqi.compliance.operations import screen_page
from huoqi.customers.rules.screening import Index, Listed
from huoqi.customers.watch_lists.simulated import BORN
from huoqi.sandbox.people import person
from tests.web.company import CODE, Company, Customer, Json, ok

LISTED_ID = "110105197103040019"


class OtherList:
    """A list that a test writes."""

    def __init__(self, name: str, *listed: Listed) -> None:
        self._name, self._index = name, Index(listed)

    def version(self) -> str:
        """Return the name."""
        return self._name

    def index(self) -> Index:
        """Return the list."""
        return self._index


def _screen(company: Company, watch_list: OtherList) -> int:
    desk, count = company.app.state.machine.desk, 0
    while True:
        page = company.platform.database.run(
            lambda work: screen_page(work, desk, watch_list, limit=3)
        )
        count += page
        if page < 3:
            return count


def _cases(company: Company, customer: Customer) -> list[Json]:
    found: list[Json] = ok(company.staff("/v1/staff/cases?rule=screening&limit=500"))["data"]
    return [each for each in found if each["customer_id"] == customer.customer_id]


def test_an_applicant_who_may_be_listed_waits_for_people_and_is_told_nothing(
    company: Company,
) -> None:
    phone = person(990_001).phone
    ok(company.http.post("/v1/registrations", json={"phone": phone}))
    proof = {"phone": phone, "code": CODE}
    token = ok(company.http.post("/v1/registrations/code", json=proof))["application_token"]
    identity = {"application_token": token, "name": "欧阳虚构", "national_id": LISTED_ID}
    answer = company.http.post("/v1/registrations/identity", json=identity)

    assert answer.status_code == 202
    assert "SIM-002" not in answer.text
    waiting = ok(company.staff("/v1/staff/applications"))["data"]
    hits = [each["hits"] for each in waiting if each["hits"]]
    assert hits == [[{"entry": "SIM-002", "grade": "name_and_birth"}]]
    assert "欧阳" not in company.staff("/v1/staff/applications").text


def test_a_new_version_of_the_list_is_held_against_every_customer_once(company: Company) -> None:
    namesake, listed, stranger = (company.ready_customer() for _ in range(3))
    born = date.fromisoformat(
        f"{namesake.identity['national_id'][6:10]}-{namesake.identity['national_id'][10:12]}"
        f"-{namesake.identity['national_id'][12:14]}"
    )
    fresh = OtherList(
        "fresh",
        Listed("F-1", (namesake.identity["name"],), born),
        Listed("F-2", (), None, (listed.identity["national_id"],)),
        Listed("F-3", (stranger.identity["name"],), BORN),
    )

    first, again = _screen(company, fresh), _screen(company, fresh)

    assert (first >= 3, again) == (True, 0)
    by_name = {each["facts"]["entry"]: each["facts"] for each in _cases(company, namesake)}
    assert by_name["F-1"]["grade"] == "name_and_birth"
    (by_id,) = _cases(company, listed)
    assert by_id["facts"] == {"entry": "F-2", "grade": "id", "list": "fresh"}
    frozen = ok(company.staff(f"/v1/staff/customers/{listed.customer_id}"))["customer"]
    assert (frozen["frozen_by"], frozen["freeze_reason"]) == ("staff", "listed_person")
    free = ok(company.staff(f"/v1/staff/customers/{namesake.customer_id}"))["customer"]
    assert free["frozen_by"] is None
    assert _cases(company, stranger) == []


def test_the_nights_work_screens_whoever_is_new(company: Company) -> None:
    customer = company.ready_customer()
    watch_list = OtherList("night", Listed("N-1", (), None, (customer.identity["national_id"],)))
    platform = replace(company.platform, watch_list=watch_list)
    guard_night(platform)
    assert [each["facts"]["entry"] for each in _cases(company, customer)] == ["N-1"]
