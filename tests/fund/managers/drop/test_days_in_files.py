"""Days of a company that speaks with its manager in files only."""

from pathlib import Path

from tests.close.world import day
from tests.fund.managers.drop.meeting import agent_at, meeting_on

SAVERS = range(100, 106)


def test_a_week_in_files_closes_every_day(dsn: str, tmp_path: Path) -> None:
    with meeting_on(dsn, tmp_path, savers=SAVERS) as meeting, agent_at(tmp_path):
        company = meeting.company
        company.buy({no: 100_000 + 37 * no for no in SAVERS})
        assert meeting.move(to=4) == "ready"

        days = company.days()
        assert [closed.sealed.on for closed in days] == [day(n) for n in range(4)]
        assert [closed.sealed.holder_count for closed in days] == [0, 6, 6, 6]
