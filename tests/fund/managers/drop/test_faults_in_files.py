"""What goes wrong with a manager's files is found, told, and put right without a wrong figure.

Each fault strikes a day of its own, so that one journey shows them all.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from huoqi.close.rules.steps import State, Step
from huoqi.events.queries import Event, events_after
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from huoqi.kit.dates import shanghai_at
from tests.close.world import day
from tests.fund.managers.drop.meeting import Meeting, agent_at, meeting_on

SAVERS = range(100, 104)
#: By fault the day whose figures it befalls, and the type of the file.
WRONG_DATE, TRUNCATED, REPLAYED, TWICE, TOTAL, LATE, LATER = (day(n) for n in range(2, 9))
STRUCK: tuple[tuple[date, str, dict[str, int]], ...] = (
    (WRONG_DATE, "file_wrong_date", {"type": 7}),
    (TRUNCATED, "file_truncated", {"type": 5}),
    (REPLAYED, "file_replayed", {"type": 7}),
    (TWICE, "file_duplicate", {"type": 7}),
    (TOTAL, "income_total_off_by_one", {}),
    (LATE, "nav_late", {}),
    (LATER, "file_late", {}),
)
OTHERS = day(9)


def line(on: date, fault: str, params: dict[str, int]) -> str:
    """Return what lets something go wrong with what is due in the night after a day."""
    next_on = date.fromordinal(on.toordinal() + 1)
    told = {"fault": fault, "on": next_on.isoformat(), "count": 1, "params": params}
    return json.dumps(told)


@pytest.fixture(scope="module")
def meeting(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    """Yield a company that went through a week and a half in which something failed each night."""
    root: Path = tmp_path_factory.mktemp("folder")
    with meeting_on(database_dsn, root, savers=SAVERS) as opened, agent_at(root):
        opened.faults += [line(on, fault, params) for on, fault, params in STRUCK]
        opened.faults.append(line(OTHERS, "holder_income_off", {"customer_no": 100, "fen": 3}))
        opened.company.buy({no: 100_000 + 37 * no for no in SAVERS})
        assert opened.move(to=9) == "ready"
        yield opened


def rows_of(meeting: Meeting, on: date, file_type: str) -> list[ManagerFileRow]:
    """Return a day's files of a type, the first batch first."""
    found = [row for row in meeting.files(day=on) if row.file_type == file_type]
    return sorted(found, key=lambda row: row.batch_no)


def events_of(meeting: Meeting) -> list[Event]:
    with meeting.company.database.work(while_advancing=True) as work:
        return list(events_after(work, seq=0, limit=5_000))


def told_of(meeting: Meeting, on: date) -> set[str]:
    """Return what was told of a day's files that came in."""
    return {
        event.type.removeprefix("fund.manager_file.")
        for event in events_of(meeting)
        if event.type.startswith("fund.manager_file.")
        and event.data["day_on"] == on.isoformat()
        and event.data["direction"] == "in"
    }


def test_every_day_closed_and_nothing_is_left_in_the_folder(meeting: Meeting) -> None:
    days = meeting.company.days()

    assert [closed.sealed.on for closed in days[:9]] == [day(n) for n in range(9)]
    assert not list(meeting.folder.inbox.glob("OF?_*"))
    assert not [row for row in meeting.files() if row.state in {"sent", "arrived"}]


def test_a_file_of_another_date_is_refused_and_had_again(meeting: Meeting) -> None:
    wrong, good = rows_of(meeting, WRONG_DATE, "07")

    assert (wrong.state, wrong.code, good.state) == ("refused", "ofd.wrong_date", "accepted")
    assert (wrong.facts["expected"], wrong.facts["found"]) == ("2015-05-13", "2015-05-12")
    assert (meeting.folder.root / wrong.place).exists()
    assert len(wrong.pulled_at) == 1
    assert wrong.arrived_at == shanghai_at(day(3), hour=1, minute=30)
    assert good.arrived_at
    assert good.arrived_at > wrong.arrived_at
    assert {"refused", "pulled", "accepted"} <= told_of(meeting, WRONG_DATE)


def test_a_truncated_file_is_refused_whole_and_had_again(meeting: Meeting) -> None:
    wrong, good = rows_of(meeting, TRUNCATED, "05")

    assert (wrong.state, wrong.code, good.state) == ("refused", "ofd.truncated", "accepted")
    assert wrong.facts["offset"]
    assert [row.state for row in rows_of(meeting, TRUNCATED, "07")] == ["accepted"]


def test_a_file_of_an_earlier_day_is_absorbed(meeting: Meeting) -> None:
    (row,) = [row for row in meeting.files(day=REPLAYED) if row.state == "absorbed"]

    assert (row.file_type, row.code) == ("07", "ofd.replayed")
    assert str(row.facts["first_on"]) < REPLAYED.isoformat()
    assert not [row for row in meeting.files(day=REPLAYED) if row.state == "refused"]


def test_the_same_file_twice_is_absorbed(meeting: Meeting) -> None:
    (row,) = [row for row in meeting.files(day=TWICE) if row.state == "absorbed"]

    assert (row.file_type, row.code, row.facts["first_on"]) == (
        "07",
        "ofd.replayed",
        TWICE.isoformat(),
    )
    assert not [row for row in meeting.files(day=TWICE) if row.state == "refused"]


def test_a_total_that_is_a_fen_off_is_refused_with_both_totals(meeting: Meeting) -> None:
    *wrong, good = rows_of(meeting, TOTAL, "07")

    assert good.state == "accepted"
    assert {(row.state, row.code) for row in wrong} == {("refused", "ofd.total_differs")}
    facts = wrong[0].facts
    assert facts["field"] == "FundDayIncome"
    assert int(str(facts["found"])) == int(str(facts["expected"])) + 1


@pytest.mark.parametrize("on", [LATE, LATER])
def test_what_comes_late_is_waited_for(meeting: Meeting, on: date) -> None:
    (row,) = rows_of(meeting, on, "07")

    assert row.state == "accepted"
    assert row.expected_at
    assert row.arrived_at
    assert (row.arrived_at - row.expected_at).total_seconds() >= 2 * 3_600
    assert "late" in told_of(meeting, on)


def test_other_incomes_in_files_that_agree_are_a_matter_of_the_close(meeting: Meeting) -> None:
    meeting.move(to=10)
    status = meeting.company.status(OTHERS)

    assert {row.state for row in meeting.files(day=OTHERS)} == {"accepted"}
    assert next(row for row in status.steps if row.step is Step.TIE_OUT).state is State.BLOCKED
    assert {row.account_no for row in status.breaks if row.kind == "register"} == {100, 101}
