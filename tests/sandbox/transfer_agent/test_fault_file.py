from datetime import UTC, datetime, timedelta

import pytest

from huoqi.sandbox.transfer_agent.fault_file import (
    AgentFault,
    FaultsMalformed,
    parse_faults,
    render_faults,
)

NOON = datetime(2015, 5, 11, 4, tzinfo=UTC)


def test_what_is_written_is_read_again() -> None:
    faults = [
        AgentFault("a", "nav_late", "990001", NOON, None, 2, {"hours": 3}),
        AgentFault("b", "manager_down", "", NOON, NOON + timedelta(hours=1)),
    ]

    assert parse_faults(render_faults(faults)) == faults


def test_a_fault_strikes_in_its_time_and_at_its_fund() -> None:
    fault = AgentFault("a", "nav_late", "990001", NOON, NOON + timedelta(hours=1))

    assert fault.covers(NOON, funds=["990001"])
    assert not fault.covers(NOON - timedelta(seconds=1), funds=["990001"])
    assert not fault.covers(NOON + timedelta(hours=1), funds=["990001"])
    assert not fault.covers(NOON, funds=["990002"])
    assert AgentFault("a", "nav_late").covers(NOON, funds=["990002"])


def test_a_fault_without_end_and_count_spoils_one_day() -> None:
    assert AgentFault("a", "nav_late").days == 1
    assert AgentFault("a", "nav_late", until_at=NOON).days is None
    assert AgentFault("a", "nav_late", remaining=3).days == 3


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[]",
        '"text"',
        "{}",
        '{"fault": "nav_late", "on": "2015-13-01"}',
        '{"fault": "nav_late", "from": "2015-05-11T00:00:00"}',
        '{"fault": "nav_late", "params": {"hours": "3"}}',
        '{"fault": "nav_late", "params": [3]}',
        '{"fault": "nav_late", "params": {"hours": 10001}}',
        '{"fault": "holder_income_off", "params": {"fen": 9007199254740993}}',
        '{"fault": "nav_late", "count": "3"}',
    ],
)
def test_a_line_that_is_none_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(FaultsMalformed) as refusal:
        parse_faults('{"fault": "nav_late"}\n\n' + line)
    assert refusal.value.params == {"line": 3}
