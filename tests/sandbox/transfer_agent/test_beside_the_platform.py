"""The platform and a transfer agent with books of its own, in a folder, over weeks with faults."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from huoqi.fund.orders import Speed
from huoqi.kit.dates import shanghai_at
from huoqi.kit.errors import DomainError
from tests.close.world import day
from tests.fund.managers.drop.meeting import Meeting, agent_at, meeting_on

SAVERS = range(100, 108)
LAST = 14
AMOUNTS_FEN = (10_013, 10_017, 10_019, 55_501, 123_456, 4_999_999)
#: Each strikes once, on a day of its own; in the night of the outage units are another's.
FAULTS: tuple[tuple[int, int, str, dict[str, int]], ...] = (
    (1, 12, "file_wrong_date", {"type": 4}),
    (2, 0, "manager_down", {"hours": 2}),
    (3, 12, "file_truncated", {"type": 6}),
    (5, 0, "income_negative", {}),
    (6, 12, "file_replayed", {"type": 7}),
    (7, 12, "confirmation_partial", {}),
    (8, 12, "file_duplicate", {"type": 4}),
    (9, 0, "income_total_off_by_one", {}),
    (10, 12, "file_late", {"type": 4, "hours": 5}),
    (11, 12, "manager_down", {"hours": 44}),
)


@pytest.fixture(scope="module")
def meeting(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    """Yield a company that bought, sold and met an agent that went wrong for two weeks."""
    chance = random.Random(20150511)
    root: Path = tmp_path_factory.mktemp("folder")
    with meeting_on(database_dsn, root, savers=SAVERS) as opened, agent_at(root):
        opened.faults += [
            json.dumps({
                "fault_id": f"fault-{n}",
                "fault": fault,
                "from": shanghai_at(day(on), hour=hour).isoformat(),
                "params": params,
            })
            for n, (on, hour, fault, params) in enumerate(FAULTS)
        ]
        for on in range(1, LAST + 1):
            trade(opened, chance)
            assert opened.move(to=on, hour=chance.choice([9, 11, 14])) == "ready"
        assert opened.move(to=LAST + 5) == "ready"
        yield opened


def trade(meeting: Meeting, chance: random.Random) -> None:
    """Let some buy, and some who have units sell."""
    meeting.company.buy({no: chance.choice(AMOUNTS_FEN) for no in chance.sample(SAVERS, 2)})
    for number in chance.sample(SAVERS, 3):
        wanted, speed = chance.choice([None, 500, 10_000]), chance.choice(list(Speed))
        try:
            meeting.company.sell(number, wanted, speed=speed)
        except (AssertionError, DomainError):
            continue  # Who has nothing, or shut redemptions, sells nothing.


def test_every_day_closes_though_each_fault_struck(meeting: Meeting) -> None:
    days = [closed.sealed.on for closed in meeting.company.days()]

    assert days[: LAST - 1] == [day(n) for n in range(LAST - 1)]
    spent = (meeting.folder.root / "from_manager" / "SPENT.TXT").read_text().split()
    assert spent == [f"fault-{n}" for n in range(len(FAULTS))]


def test_what_was_spoiled_was_refused_and_came_again(meeting: Meeting) -> None:
    rows = meeting.files()
    refused = {(row.day_on, row.file_type) for row in rows if row.state == "refused"}
    accepted = {(row.day_on, row.file_type) for row in rows if row.state == "accepted"}

    assert len(refused) >= 3
    assert refused <= accepted
    assert sum(row.state == "absorbed" for row in rows) == 2
    assert not meeting.company.now() < shanghai_at(day(LAST), hour=0) + timedelta(hours=9)


def test_answers_that_were_left_out_are_told_of_their_own_day_only(meeting: Meeting) -> None:
    left_out = {row.day_on for row in meeting.files() if row.code == "manager_file.answers_missing"}

    assert day(8) in left_out, "each third answer of the day before is missing"
    assert not [on for on in left_out if on > day(LAST + 1)], "nobody traded any more"
