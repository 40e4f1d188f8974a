"""A sample's daily purchases and redemptions, read from text and checked day against day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from huoqi.fund.rules.csv_table import Line, read_table

COLUMNS = (
    "date",
    "tBalance",
    "yBalance",
    "total_purchase_amt",
    "direct_purchase_amt",
    "total_redeem_amt",
    "share_amt",
)


@dataclass(frozen=True, slots=True)
class DailyFlow:
    """One day's sums over all sampled holders, in fen."""

    on: date
    opening_fen: int
    closing_fen: int
    purchased_fen: int
    purchased_directly_fen: int
    redeemed_fen: int
    income_fen: int


class FlowBreakClass(StrEnum):
    """Which of the two promises of the file does not hold."""

    OPENING_IS_NOT_PREVIOUS_CLOSING = "opening_is_not_previous_closing"
    CLOSING_DOES_NOT_FOLLOW = "closing_does_not_follow"


@dataclass(frozen=True, slots=True)
class FlowBreak:
    """A day on which the file contradicts itself: what it says less what follows from it."""

    on: date
    break_class: FlowBreakClass
    difference_fen: int


def parse_daily_flows(text: str) -> list[DailyFlow]:
    """Return the days of a flow file in its order; a bad cell is refused with row and column."""
    return [_flow(line) for line in read_table(text, columns=COLUMNS)]


def _flow(line: Line) -> DailyFlow:
    """Return one line as a day of flows; amounts are whole fen."""
    return DailyFlow(
        on=line.date("date"),
        opening_fen=line.number("yBalance", decimals=0),
        closing_fen=line.number("tBalance", decimals=0),
        purchased_fen=line.number("total_purchase_amt", decimals=0),
        purchased_directly_fen=line.number("direct_purchase_amt", decimals=0),
        redeemed_fen=line.number("total_redeem_amt", decimals=0),
        income_fen=line.number("share_amt", decimals=0),
    )


def flow_breaks(flows: Sequence[DailyFlow]) -> list[FlowBreak]:
    """Return every day that does not open where the last one closed, or does not add up."""
    found = [
        _break(flow, FlowBreakClass.CLOSING_DOES_NOT_FOLLOW, by_fen=flow.closing_fen - _end(flow))
        for flow in flows
    ]
    found += [
        _break(
            flow,
            FlowBreakClass.OPENING_IS_NOT_PREVIOUS_CLOSING,
            by_fen=flow.opening_fen - before.closing_fen,
        )
        for before, flow in pairwise(flows)
    ]
    return sorted((b for b in found if b.difference_fen), key=lambda b: (b.on, b.break_class))


def _end(flow: DailyFlow) -> int:
    """Return where a day must close, given how it opened."""
    return flow.opening_fen + flow.purchased_fen - flow.redeemed_fen


def _break(flow: DailyFlow, break_class: FlowBreakClass, *, by_fen: int) -> FlowBreak:
    """Return a comparison of one day; a difference of nil is no break."""
    return FlowBreak(flow.on, break_class, by_fen)
