"""Rivals' yields: the press of the launch week, and files that say where they are wrong."""

from datetime import date

import pytest

from huoqi.fund.income import import_rivals
from huoqi.fund.queries import rivals_of
from huoqi.fund.rivals import (
    RivalFigureMissing,
    RivalTextMissing,
    RivalTwice,
    parse_rivals,
    press_of_the_launch,
)
from huoqi.fund.rules.csv_table import BadDate, BadNumber
from huoqi.kit.errors import DomainError
from tests.fund.world import Shelf

HEAD = "name,quoted_on,yield_7d_pct,income_per_10k,source,published_on\n"
GOOD = "Rival,2015-05-11,4.260,1.1650,Gazette,2015-05-12\n"


def test_the_press_of_the_launch_is_kept_with_date_and_source(shelf: Shelf) -> None:
    week = {"first_on": date(2015, 5, 11), "last_on": date(2015, 5, 17)}
    with shelf.database.work() as work:
        assert import_rivals(work, press_of_the_launch()) == 3
        assert import_rivals(work, press_of_the_launch()) == 3
        found = rivals_of(work, **week)

    assert {(r.name, r.yield_7d_e3, r.source[:10]) for r in found} == {
        ("Huoqibao", 5_020, "EJ Insight"),
        ("Yu'E Bao", 4_260, "EJ Insight"),
        ("Huoqibao", 4_950, "TechNode ("),
    }


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        (GOOD + ",2015-05-11,4.26,,Gazette,2015-05-12\n", RivalTextMissing(row=3, column="name")),
        (GOOD + "R,2015-05-11,4.26,, ,2015-05-12\n", RivalTextMissing(row=3, column="source")),
        (GOOD + "R,2015-02-30,4.26,,G,2015-05-12\n", BadDate(row=3, column="quoted_on")),
        (GOOD + "R,2015-05-11,4.26,,G,\n", BadDate(row=3, column="published_on")),
        (GOOD + "R,2015-05-11,4.2600001,,G,2015-05-12\n", BadNumber(row=3, column="yield_7d_pct")),
        (GOOD + "R,2015-05-11,1000,,G,2015-05-12\n", BadNumber(row=3, column="yield_7d_pct")),
        (GOOD + "R,2015-05-11,,,G,2015-05-12\n", RivalFigureMissing(row=3, column="yield_7d_pct")),
        (GOOD + GOOD, RivalTwice(row=2)),
    ],
)
def test_a_bad_line_is_named_by_row_and_column(lines: str, refusal: DomainError) -> None:
    with pytest.raises(type(refusal)) as caught:
        parse_rivals(HEAD + lines)

    assert caught.value == refusal
