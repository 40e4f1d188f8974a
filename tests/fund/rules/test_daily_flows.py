"""A flow file is checked day against day before it is believed."""

from datetime import date

import pytest

from huoqi.fund.rules.csv_table import BadNumber
from huoqi.fund.rules.daily_flows import (
    COLUMNS,
    DailyFlow,
    FlowBreak,
    FlowBreakClass,
    flow_breaks,
    parse_daily_flows,
)

HEADING = ",".join(COLUMNS) + "\n"


def test_a_file_that_adds_up_has_no_breaks() -> None:
    flows = parse_daily_flows(
        HEADING + "2013-07-01,130,100,40,38,10,2\n2013-07-02,125,130,5,4,10,1\n"
    )

    assert flow_breaks(flows) == []
    assert flows[0] == DailyFlow(
        on=date(2013, 7, 1),
        opening_fen=100,
        closing_fen=130,
        purchased_fen=40,
        purchased_directly_fen=38,
        redeemed_fen=10,
        income_fen=2,
    )


def test_a_closing_that_does_not_follow_is_one_break() -> None:
    flows = parse_daily_flows(HEADING + "2013-08-13,30,100,40,38,10,2\n")

    assert flow_breaks(flows) == [
        FlowBreak(date(2013, 8, 13), FlowBreakClass.CLOSING_DOES_NOT_FOLLOW, -100)
    ]


def test_an_opening_that_is_not_the_last_closing_is_one_break() -> None:
    flows = parse_daily_flows(HEADING + "2013-07-01,100,100,0,0,0,0\n2013-07-02,7,7,0,0,0,0\n")

    assert flow_breaks(flows) == [
        FlowBreak(date(2013, 7, 2), FlowBreakClass.OPENING_IS_NOT_PREVIOUS_CLOSING, -93)
    ]


def test_a_broken_amount_is_named() -> None:
    with pytest.raises(BadNumber) as refused:
        parse_daily_flows(HEADING + "2013-07-01,1.5,100,40,38,10,2\n")

    assert refused.value.params == {"row": 2, "column": "tBalance"}
