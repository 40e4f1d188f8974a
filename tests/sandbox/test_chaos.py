"""The chaos day, with a manager in the database and with one in files."""

from dataclasses import replace
from pathlib import Path

from huoqi.kit.db import Work
from huoqi.sandbox.chaos import ChaosDay, chaos_day
from huoqi.sandbox.chaos_list import TROUBLES
from huoqi.sandbox.faults import faults_of
from huoqi.sandbox.time_machine import TimeMachine
from huoqi.sandbox.transfer_agent.fault_file import AgentFault, render_faults
from tests.close.world import Company, company_on
from tests.fund.managers.drop.meeting import agent_at, meeting_on


def told(work: Work) -> str:
    """Return what is armed, as the agent of a folder is told it."""
    return render_faults(
        AgentFault(
            str(each.fault_id),
            each.fault,
            each.target,
            each.active_from,
            each.active_until,
            each.remaining,
            each.params,
        )
        for each in faults_of(work)
    )


def lived(company: Company) -> ChaosDay:
    return chaos_day(company.platform, TimeMachine(company.platform))


def test_a_manager_in_the_database_is_found_out_in_all_but_files(dsn: str) -> None:
    with company_on(dsn) as company:
        day = lived(company)

    odd = {each.trouble.fault: each.note for each in day.found if not each.is_as_expected}
    assert odd.keys() == {"file_wrong_date", "file_truncated", "file_replayed"}
    assert all(note.startswith("needs files") for note in odd.values())
    assert day.false_breaks == []
    assert day.closed_at


def test_a_manager_in_files_is_found_out_in_everything(dsn: str, tmp_path: Path) -> None:
    with meeting_on(dsn, tmp_path) as meeting, agent_at(tmp_path):
        meeting.wiring = replace(meeting.wiring, faults=told)
        meeting.meet_in(meeting.folder)
        meeting.move(to=1)
        day = lived(meeting.company)

    assert [each for each in day.found if not each.is_as_expected] == []
    assert day.false_breaks == []
    assert [each.trouble for each in day.found] == list(TROUBLES)
    assert day.closed_at
