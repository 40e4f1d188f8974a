"""The published roll-forwards through columns, the online side and the stored holdings.

One of them has a figure of the register that was accepted: it feeds the next day.
"""

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from huoqi.close.book import column
from huoqi.close.online_columns import Online, rolled
from huoqi.fund._store import days as days_store
from huoqi.fund._store import holdings as holdings_store
from huoqi.fund._store.holdings import EventRow
from huoqi.fund.days import CONFIRMED, FundDay, Override
from huoqi.fund.operations import accept_ahead
from huoqi.fund.queries import explain_day, incomes_between
from huoqi.fund.rules.allocation import FundDayRow, Mode
from huoqi.fund.rules.rollforward_columns import (
    AnchorColumns,
    AtPositions,
    DayFactsColumns,
    roll_forward_columns,
)
from huoqi.kit.db import Work
from huoqi.kit.ids import derived_id
from tests.close.world import FUND, company_on

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
EXAMPLES = SHARED / "data" / "fund" / "allocation_examples.json"
pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_file(), reason=f"LOUD: no acceptance data at {EXAMPLES}; set HUOQI_SHARED"
)
ORIGIN = UUID(int=1)
ONE_DAY = timedelta(days=1)
Case = dict[str, Any]  # a case of the JSON file


def cases() -> list[Any]:
    """Return the roll-forward examples; none where the folder is absent."""
    if not EXAMPLES.is_file():
        return []
    found = json.loads(EXAMPLES.read_text(encoding="utf-8"))["roll_forward"]
    return [pytest.param(case, id=case["id"]) for case in found]


def rows_of(case: Case) -> dict[date, FundDayRow]:
    """Return the published rows of a case."""
    names = ("sign", "numerator", "denominator", "theta", "tie_account")
    return {
        date.fromisoformat(day["date"]): FundDayRow(
            Mode(day["mode"]), *(day[name] for name in names)
        )
        for day in case["fund_days"]
    }


def accepted_of(case: Case) -> dict[date, int]:
    """Return the register's accepted figures of a case."""
    return {date.fromisoformat(each["date"]): each["income_fen"] for each in case["overrides"]}


def events_of(case: Case) -> dict[date, int]:
    """Return the unit events of a case."""
    return {date.fromisoformat(each["effective"]): each["delta_cents"] for each in case["events"]}


def anchored(case: Case) -> tuple[date, int, date]:
    """Return anchor date, units at its start, and the day that is rolled to."""
    anchor = case["anchor"]
    since, until = date.fromisoformat(anchor["date"]), date.fromisoformat(case["until"])
    return since, anchor["units_cents"], until


def at_zero(figures: dict[date, int]) -> dict[date, AtPositions]:
    """Return figures of the only holder."""
    return {on: AtPositions(column([0]), column([value])) for on, value in figures.items()}


@pytest.mark.parametrize("case", cases())
def test_columns_and_the_online_side_pass_every_example(case: Case) -> None:
    since, units_e2, until = anchored(case)
    facts = DayFactsColumns(rows_of(case), at_zero(events_of(case)), at_zero(accepted_of(case)))
    start = AnchorColumns(since, column([case["account"]]), column([units_e2]))
    account = case["account"]

    days = list(roll_forward_columns(start, until=until, facts=facts))
    online = Online(
        [(account, since, units_e2)],
        [(account, on, delta) for on, delta in events_of(case).items()],
        [(account, on, fen) for on, fen in accepted_of(case).items()],
    )
    side = rolled(online, until=until, rows=rows_of(case))

    expected = case["expected"]
    assert [day.incomes_fen.tolist() for day in days] == [
        [day["income_fen"]] for day in expected["days"]
    ]
    assert days[-1].end_units_e2.tolist() == side.units_e2.tolist()
    assert side.units_e2.tolist() == [expected["units_at_start_of_until_cents"]]


@pytest.mark.parametrize("case", cases())
def test_stored_holdings_pass_every_example_with_the_figures_accepted_ahead(
    case: Case, dsn: str
) -> None:
    account = case["account"]
    key = (account % 2, FUND, account)
    since, units_e2, until = anchored(case)
    with company_on(dsn) as company, company.database.work() as work:
        # What an anchor had is the holding's first event.
        holdings_store.open_holdings(work, [key], on=since)
        changes = [(since, units_e2), *events_of(case).items()]
        holdings_store.add_events(
            work,
            [
                EventRow(*key, derived_id(ORIGIN, action=f"{n}"), on, delta, "purchase", ORIGIN)
                for n, (on, delta) in enumerate(changes)
            ],
        )
        for on, row in rows_of(case).items():
            _accept(work, case, key=key, on=on)
            total = FundDay(FUND, on, 0, 5, row, 0, 0, 0, CONFIRMED, "example")
            days_store.add_day(work, total)
        incomes = incomes_between(work, key, first_on=since, last_on=until)
        told = [explain_day(work, key, on=on) for on in incomes]

    expected = case["expected"]["days"]
    assert list(incomes.values()) == [day["income_fen"] for day in expected]
    assert [each.day.earning_units_e2 for each in told] == [
        day["earning_units_cents"] for day in expected
    ]
    names = {"PREDICTED": "confirmed", "CONFIRMED_OVERRIDE": "overridden"}
    assert [each.status for each in told] == [names[day["source"]] for day in expected]
    end_e2 = case["expected"]["units_at_start_of_until_cents"]
    assert told[-1].day.end_units_e2 == end_e2


def _accept(work: Work, case: Case, *, key: tuple[int, str, int], on: date) -> None:
    income_fen = accepted_of(case).get(on)
    if income_fen is not None:
        override = Override(*key, on, income_fen, "file", 7, ORIGIN)
        assert accept_ahead(work, [override], fund=FUND, on=on) == [override]
