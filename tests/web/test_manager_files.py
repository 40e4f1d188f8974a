"""The monitor of a manager's files over HTTP: what came, why one was refused, and once more."""

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from huoqi.fund.managers.drop import file_store
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.kit.dates import shanghai_at
from tests.web.company import Company, Json, ok

MONDAY, TUESDAY = date(2015, 5, 11), date(2015, 5, 12)
PATH = "/v1/staff/manager-files"


def row(on: date, file_type: str, state: str, **facts: object) -> ManagerFileRow:
    return ManagerFileRow(
        file_id=uuid4(),
        agent="99",
        direction="in",
        day_on=on,
        file_type=file_type,
        name=f"OFD_99_H0_{on:%Y%m%d}_{file_type}.TXT",
        batch_no=1,
        state=state,  # type: ignore[arg-type]
        expected_at=at(on),
        **facts,  # type: ignore[arg-type]
    )


def at(on: date) -> datetime:
    return shanghai_at(on, hour=9)


@pytest.fixture(scope="module")
def rows(company: Company) -> list[ManagerFileRow]:
    """Return the files that were written down, the first first."""
    made = [
        row(MONDAY, "07", "accepted", sha256="ab" * 32, size_bytes=1_200, record_count=1),
        row(
            MONDAY,
            "05",
            "refused",
            code="ofd.truncated",
            facts={"file": "x", "record": 3, "offset": 4_711, "item": "records"},
            place="quarantine/x",
        ),
        row(TUESDAY, "07", "late"),
        row(TUESDAY, "06", "absorbed"),
    ]
    company.platform.database.run(lambda work: file_store.save(work, made))
    return made


def listed(company: Company, query: str = "") -> list[Json]:
    found: list[Json] = ok(company.staff(f"{PATH}?{query}"))["data"]
    return found


def test_files_are_listed_newest_day_first_and_by_day_state_and_type(
    company: Company, rows: list[ManagerFileRow]
) -> None:
    assert [file["day"] for file in listed(company)] == ["2015-05-12"] * 2 + ["2015-05-11"] * 2
    assert {file["type"] for file in listed(company, "day=2015-05-11")} == {"05", "07"}
    assert [file["day"] for file in listed(company, "state=late&type=07")] == ["2015-05-12"]
    assert company.staff(f"{PATH}?state=lost").status_code == 400


def test_pages_follow_each_other(company: Company, rows: list[ManagerFileRow]) -> None:
    seen, cursor = [], ""
    while True:
        page = ok(company.staff(f"{PATH}?limit=1{cursor}"))
        seen += [file["id"] for file in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == len(rows)
    assert company.staff(f"{PATH}?cursor=abc").status_code == 400


def test_a_refused_file_says_where_in_it(company: Company, rows: list[ManagerFileRow]) -> None:
    file = ok(company.staff(f"{PATH}/{rows[1].file_id}"))["data"]

    refusal = file["refusal"]
    assert (refusal["code"], refusal["record"], refusal["offset"], refusal["field"]) == (
        "ofd.truncated",
        "3",
        "4711",
        None,
    )
    assert refusal["facts"] == {"item": "records"}
    assert (file["place"], file["can_pull"], file["sha256"]) == ("quarantine/x", True, None)
    assert company.staff(f"{PATH}/{UUID(int=7)}").status_code == 404


def test_a_file_is_asked_for_again_once_by_whoever_may(
    company: Company, rows: list[ManagerFileRow]
) -> None:
    path = f"{PATH}/{rows[1].file_id}/repull"
    first, second = (company.staff(path, "POST", {}) for _ in range(2))

    assert [answer.status_code for answer in (first, second)] == [202, 202]
    assert first.json()["data"]["pull_wanted"] is True
    refused = company.staff(f"{PATH}/{rows[3].file_id}/repull", "POST", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "manager_file.not_pulled")
    told = [
        event
        for event in ok(company.staff("/v1/events?limit=500"))["data"]
        if event["type"] == "fund.manager_file.pull_wanted"
    ]
    assert [event["data"]["file"] for event in told] == [rows[1].name]
