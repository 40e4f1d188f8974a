"""Orders and answers in files: told, acknowledged, answered, and told again where they were not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from huoqi.fund.managers.drop.table import pull_again
from huoqi.fund.order_search import OrderFilter, find_orders
from huoqi.fund.orders import FundOrder, Speed
from huoqi.kit.dates import shanghai_at
from huoqi.sandbox.branches import Branches, BranchNeedsManagerInside
from tests.close.world import FUND, SHARDS, day
from tests.fund.managers.drop.meeting import US, Meeting, agent_at, meeting_on

SAVERS = range(100, 108)
#: Amounts whose ends the agent knows: refused, partly taken, a day late.
REFUSED_FEN, HALF_FEN, LATE_FEN = 100_013, 200_017, 300_019
DOWN_ON = day(1)


def fault(name: str, *, at: str, until: str, **params: int) -> str:
    return json.dumps({"fault": name, "from": at, "until": until, "params": params})


@pytest.fixture(scope="module")
def meeting(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    """Yield a company that bought, redeemed fast and slowly, and met an agent that was away."""
    root: Path = tmp_path_factory.mktemp("folder")
    with meeting_on(database_dsn, root, savers=SAVERS) as opened, agent_at(root):
        company = opened.company
        opened.faults.append(
            fault(
                "manager_down",
                at="2015-05-12T15:00:00+08:00",
                until="2015-05-12T16:00:00+08:00",
            )
        )
        opened.faults.append(json.dumps({"fault": "confirmation_partial", "on": "2015-05-14"}))
        company.buy({no: 500_000 + 100 * no for no in SAVERS})
        company.buy({100: REFUSED_FEN, 101: HALF_FEN, 102: LATE_FEN})
        opened.move(to=1)
        company.buy(dict.fromkeys(SAVERS, 700000))
        opened.move(to=2, hour=10)
        company.buy(dict.fromkeys(range(100, 106), 900000))
        company.sell(103, 100_000, speed=Speed.FAST)
        company.sell(104, 200_000, speed=Speed.NORMAL)
        company.sell(105, None, speed=Speed.NORMAL)
        assert opened.move(to=8) == "ready"
        yield opened


def orders(meeting: Meeting, number: int) -> list[FundOrder]:
    with meeting.company.database.work(while_advancing=True) as work:
        found = find_orders(work, OrderFilter(fund=FUND), shards=range(SHARDS), limit=500)
    return sorted((o for o in found if o.customer_no == number), key=lambda o: o.order_id)


def test_every_day_ties_with_what_the_agent_keeps_by_itself(meeting: Meeting) -> None:
    days = meeting.company.days()

    assert [closed.sealed.on for closed in days] == [day(n) for n in range(8)]
    assert not meeting.company.status(day(7)).breaks


def test_what_the_agent_refuses_halves_and_delays_comes_back_so(meeting: Meeting) -> None:
    refused, half, late = orders(meeting, 100)[1], orders(meeting, 101)[1], orders(meeting, 102)[1]

    assert (refused.done_fen, refused.state.value) == (0, "refunded")
    assert (half.amount_fen, half.done_fen) == (HALF_FEN, HALF_FEN // 2)
    assert late.done_fen == LATE_FEN
    assert late.confirmed_at == shanghai_at(day(2), hour=9)


def test_accounts_are_asked_for_once_and_opened(meeting: Meeting) -> None:
    asked = [row for row in meeting.files() if row.file_type == "01"]
    answered = [row for row in meeting.files() if row.file_type == "02"]
    with meeting.company.database.work(while_advancing=True) as work:
        opened = work.rows(
            "SELECT customer_no, state, ta_account <> '' FROM manager_account ORDER BY customer_no"
        )

    assert [(row.state, row.record_count) for row in asked] == [("acknowledged", len(SAVERS))]
    assert [row.state for row in answered] == ["accepted"]
    assert [tuple(row) for row in opened] == [(number, "opened", True) for number in SAVERS]
    assert not asked[0].place, "no copy of what names persons is kept"


def test_orders_for_an_agent_that_is_away_are_told_again_in_the_same_bytes(
    meeting: Meeting,
) -> None:
    (row,) = [
        row for row in meeting.files(day=DOWN_ON) if row.file_type == "03" and row.batch_no == 1
    ]

    assert row.state == "acknowledged"
    assert row.sent_at == shanghai_at(DOWN_ON, hour=15, minute=5)
    assert row.ended_at == shanghai_at(DOWN_ON, hour=16, minute=5)
    assert (meeting.folder.root / row.place).stat().st_size == row.size_bytes
    assert row.record_count == len(SAVERS)


def test_answers_that_are_missing_come_with_the_next_file(meeting: Meeting) -> None:
    bought = [
        order
        for number in range(100, 106)
        for order in orders(meeting, number)
        if order.amount_fen == 900_000
    ]

    on_time = [o for o in bought if o.confirmed_at == shanghai_at(day(3), hour=9)]
    assert {order.done_fen for order in bought} == {900_000}
    assert 0 < len(on_time) < len(bought)
    partial = [row for row in meeting.files(day=day(3)) if row.file_type == "04"]
    assert [(row.state, row.code) for row in partial] == [
        ("accepted", "manager_file.answers_missing")
    ]
    assert int(str(partial[0].facts["missing_count"])) >= len(bought) - len(on_time)


def test_units_left_by_redemptions_and_transfers(meeting: Meeting) -> None:
    fast, slow, everything = (
        orders(meeting, 103)[-1],
        orders(meeting, 104)[-1],
        orders(meeting, 105)[-1],
    )

    assert {order.state.value for order in (fast, slow, everything)} == {"paid_out"}
    told = [row for row in meeting.files(day=day(2)) if row.file_type == "03"]
    assert sorted(row.batch_no for row in told) == [1, 2], "orders at 15:05, transfers at 00:05"


def test_nothing_that_names_a_person_stays_in_the_archive(meeting: Meeting) -> None:
    kept = [path for path in meeting.folder.archive.rglob("*") if path.is_file()]

    assert kept
    assert not [
        path for path in kept if f"_{US.transfer_agent}_" in path.name and "_01" in path.stem
    ]
    assert not [path for path in kept if b"13800130" in path.read_bytes()]


def test_a_person_asks_for_a_file_again(meeting: Meeting) -> None:
    database = meeting.company.database
    row = next(row for row in meeting.files(day=day(6)) if row.file_type == "05")
    database.run(lambda work: pull_again(work, row.file_id))

    meeting.move(to=8, hour=10)
    meeting.move(to=9, hour=3)
    files = [row for row in meeting.files(day=day(6)) if row.file_type == "05"]
    assert sorted((each.state, len(each.pulled_at)) for each in files) == [
        ("accepted", 1),
        ("refused", 0),
    ]


def test_a_sandbox_with_files_has_no_branches_and_no_way_back(meeting: Meeting) -> None:
    branches = Branches(meeting.company.database)
    branches.set_up()

    for act in (branches.branch, branches.rewind):
        with pytest.raises(BranchNeedsManagerInside):
            act("holiday")
    assert branches.checkpoint("before a move").is_current
    assert [known.kind for known in branches.listed()] == ["branch"]
