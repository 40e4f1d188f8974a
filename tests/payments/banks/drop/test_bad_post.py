"""Damaged post: whatever lies in the folder, orders end as the bank's word proves, or wait."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from huoqi.payments.banks.drop.folder import names_in
from huoqi.payments.formats.camt import Notice
from huoqi.payments.formats.orders import PaymentStatus, StatusFile
from huoqi.payments.formats.writing import render_delimited, render_notice, render_statuses
from tests.bad_files import NO_FILES, damaged
from tests.payments.banks.drop.meeting import Meeting, in_a_folder
from tests.payments.formats.samples import AT, camt, head_of, line

POST = int(os.environ.get("HUOQI_BAD_POST", "40"))
SEED = int(os.environ.get("HUOQI_SEED", "20150511"))
ACCOUNT = "622200100001"
LINE = line()
FILES = {
    "ICBC_PAIN002_A.XML": render_statuses(
        StatusFile("S1", AT, "O1", [PaymentStatus("HQ1", "ACSC", "", 10_000)])
    ),
    "ICBC_CAMT054_A.XML": render_notice(Notice("M1", "N1", ACCOUNT, LINE), at=AT),
    "ICBC_CAMT053_A.XML": camt([LINE], head=replace(head_of([LINE]), account=ACCOUNT)),
    f"ICBC_STMT_{ACCOUNT}_20150512.CSV": render_delimited(head_of([LINE]), [LINE]),
}


@pytest.fixture
def meeting(database_dsn: str, tmp_path: Path) -> Iterator[Meeting]:
    with in_a_folder(tmp_path, database_dsn, played=False) as found:
        yield found


def said(meeting: Meeting) -> list[object]:
    """Return everything that the banks are heard to say, which is stored."""
    calls = meeting.banks.callbacks(limit=100)
    meeting.banks.acknowledge([call.callback_id for call in calls])
    pages = meeting.banks.statements(limit=100)
    meeting.banks.acknowledge_statements([page.head for page in pages])
    return [*calls, *pages]


def test_damaged_post_is_set_aside_or_taken_whole(meeting: Meeting) -> None:
    dice = random.Random(SEED)
    for number in range(POST):
        name = dice.choice(sorted(FILES))
        spoiled = damaged(FILES[name], dice)
        (meeting.folder.from_bank / name).write_bytes(spoiled)

        said(meeting)

        assert meeting.names("from_bank") == [], (SEED, number, name)
        for path in names_in(meeting.folder.quarantine):
            path.unlink()


@pytest.mark.parametrize("make", NO_FILES.values(), ids=NO_FILES.keys())
@pytest.mark.parametrize("name", ["ICBC_CAMT054_A.XML", "ICBC_CAMT053_A.XML"])
def test_what_is_no_file_is_set_aside(
    make: Callable[[Path], None], name: str, meeting: Meeting
) -> None:
    make(meeting.folder.from_bank / name)

    assert said(meeting) == []

    assert f"{name}.report.json" in meeting.names("quarantine")
    assert name not in meeting.names("from_bank")


def test_a_half_written_file_is_not_looked_at(meeting: Meeting) -> None:
    part = meeting.folder.from_bank / ".ICBC_CAMT053_A.XML.part"
    part.write_bytes(FILES["ICBC_CAMT053_A.XML"][:100])

    assert said(meeting) == []
    assert part.exists()


def test_a_final_status_without_an_amount_proves_nothing(meeting: Meeting) -> None:
    statuses = [PaymentStatus("HQ1", "ACSC"), PaymentStatus("HQ2", "RJCT", "AM04")]
    data = render_statuses(StatusFile("S1", AT, "O1", statuses, group_status="RJCT"))
    (meeting.folder.from_bank / "ICBC_PAIN002_A.XML").write_bytes(data)

    assert said(meeting) == []
    assert meeting.names("from_bank") == []


def test_a_notice_of_a_return_or_of_another_account_proves_nothing(meeting: Meeting) -> None:
    back = Notice("M1", "N1", ACCOUNT, structs.replace(LINE, is_reversal=True))
    other = Notice("M2", "N2", "622200100099", LINE)
    for name, notice in (("A", back), ("B", other)):
        path = meeting.folder.from_bank / f"ICBC_CAMT054_{name}.XML"
        path.write_bytes(render_notice(notice, at=AT))

    assert said(meeting) == []
    assert meeting.names("quarantine") == [
        "ICBC_CAMT054_B.XML",
        "ICBC_CAMT054_B.XML.report.json",
    ]
