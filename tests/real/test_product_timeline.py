"""What the API tells of an order placed now is the published timeline, at each of its instants.

The clock goes through every instant of the opening year; the others, ten years on, are compared
with the rules alone (``test_fund_examples.py``), which is what the route answers by.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.company import FUND, Company, ok, served_company

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "domain" / "product-timeline.csv"
pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"LOUD: no published timeline at {FILE}; set HUOQI_SHARED"
)
OPENING_YEAR = "2015"


@pytest.fixture(scope="module")
def company(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a served company whose clock may be moved."""
    with served_company(database_dsn, data=tmp_path_factory.mktemp("timeline")) as made:
        yield made


def test_the_dates_that_are_told_are_the_published_ones(company: Company) -> None:
    with FILE.open(newline="", encoding="utf-8") as file:
        published = [
            row for row in csv.DictReader(file) if row["submitted_at"].startswith(OPENING_YEAR)
        ]
    assert len(published) == 15
    for row in published:
        at = {"to": row["submitted_at"]}
        ok(company.staff("/v1/sandbox/clock/advance", "POST", at))

        buy = ok(company.http.get(f"/v1/funds/{FUND}/dates?side=buy"))
        redeem = ok(company.http.get(f"/v1/funds/{FUND}/dates?side=redeem"))

        assert {
            "trade_date_T": buy["t_day"],
            "buy_confirmed_on": buy["confirmed_on"],
            "buy_earns_from": buy["earns_from"],
            "buy_income_visible_on": buy["visible_on"],
            "normal_redeem_last_earning_day": redeem["earns_until"],
        }.items() <= row.items(), row["submitted_at"]
        assert redeem["t_day"] == row["trade_date_T"]
