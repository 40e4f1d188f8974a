"""A holder's income that the register's file has otherwise: named by file and record, accepted."""

from hashlib import sha256
from pathlib import Path

from huoqi.close.breaks import breaks_of_day, register_row
from huoqi.fund.ofd.reading import read_header, read_rows
from huoqi.fund.ofd.sources import opened
from huoqi.fund.queries import explain_day
from tests.close.differing import decide, proposed
from tests.close.world import FUND, day
from tests.fund.managers.drop.meeting import agent_at, meeting_on
from tests.fund.managers.drop.test_faults_in_files import line

SAVERS = range(100, 104)
DIFFERS = day(2)


def test_a_figure_of_a_file_is_named_accepted_and_rolled_on(dsn: str, tmp_path: Path) -> None:
    with meeting_on(dsn, tmp_path, savers=SAVERS) as meeting, agent_at(tmp_path):
        meeting.faults.append(line(DIFFERS, "holder_income_off", {"customer_no": 101, "fen": 3}))
        meeting.company.buy({no: 100_000 + 37 * no for no in SAVERS})
        meeting.move(to=3, hour=3)
        with meeting.company.database.work() as work:
            found = breaks_of_day(work, fund=FUND, on=DIFFERS)
        assert [(each.row.account_no, each.row.difference) for each in found] == [
            (101, -3),
            (102, 3),
        ]
        row = found[0].row
        (file,) = [path for path in tmp_path.rglob(row.source) if path.is_file()]
        assert row.source_sha256 == sha256(file.read_bytes()).digest()
        assert row.record_no is not None
        with opened(file) as source:
            record = list(read_rows(read_header(source)))[row.record_no - 1]
        assert str(record["TAAccountID"]).endswith("0101")
        assert record["TotalVolOfDistributorInTA"] == row.theirs

        decide(meeting.company, proposed(meeting.company, found))

        assert meeting.move(to=7) == "ready"
        assert len(meeting.company.days()) == 7
        with meeting.company.database.work() as work:
            told = explain_day(work, (101 % 2, FUND, 101), on=DIFFERS)
            stands = register_row(work, fund=FUND, on=DIFFERS, customer_no=101)
        assert (told.status, told.day.income_fen) == ("overridden", row.income_theirs)
        assert told.override is not None
        assert (told.override.source, told.override.record_no) == (row.source, row.record_no)
        assert stands is not None
        assert (stands.source, stands.record_no) == (row.source, row.record_no)
