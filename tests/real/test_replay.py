"""The 240 days for which a real fund's yields are given, replayed through the real close."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypedDict, cast

import pytest

from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.platform import Platform
from huoqi.sandbox.replay import replay, replay_database
from huoqi.sandbox.replay_input import read_input
from huoqi.sandbox.replay_report import report_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("HUOQI_SHARED", ROOT.parent / "shared"))
DATA = SHARED / "data" / "fund"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"LOUD: no acceptance data at {DATA}; set HUOQI_SHARED"
)
CUSTOMERS = 500


class Report(TypedDict):
    """The part of a replay's report that is published."""

    days: int
    days_closed: int
    ties: bool
    differences: dict[str, object]
    yields: dict[str, object]
    breaks: list[object]
    import_check: dict[str, object]
    orders: dict[str, object]


@pytest.fixture(scope="module")
def report(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Return what the replay of the real files has shown."""
    folder = tmp_path_factory.mktemp("replay")
    settings = read_settings({"HUOQI_DATA": str(folder)}, root=ROOT)
    open_at: Callable[[str], Platform] = lambda dsn: open_platform(settings, dsn=dsn)  # noqa: E731
    home = open_at(database_dsn)
    given = read_input(
        (DATA / "yields_given.csv").read_text(encoding="utf-8"),
        (DATA / "flows_given.csv").read_text(encoding="utf-8"),
        customers=CUSTOMERS,
    )
    with replay_database(home, open_at) as own:
        run = replay(own, given, customers=CUSTOMERS)
        with own.database.work() as work:
            yield cast(Report, report_of(work, run))
    home.database.close()


def test_all_240_days_close_without_a_fen_of_difference(report: Report) -> None:
    assert (report["days"], report["days_closed"], report["ties"]) == (240, 240, True)
    assert report["differences"]["largest_fen"] == {"ledger": 0, "holdings": 0, "manager": 0}
    assert report["breaks"] == []


def test_all_published_yields_of_full_weeks_are_recomputed_exactly(report: Report) -> None:
    assert (report["yields"]["compared"], report["yields"]["equal"]) == (234, 234)


def test_orders_add_up_to_the_file_to_the_fen(report: Report) -> None:
    orders = report["orders"]

    assert orders["bought_fen"] == orders["file_bought_fen"]
    assert orders["redeemed_fen"] == orders["file_redeemed_fen"]
    assert orders["placed"] == orders["accepted"]


def test_the_file_breaks_exactly_once(report: Report) -> None:
    assert report["import_check"]["breaks"] == [
        {"on": "2013-08-13", "class": "closing_does_not_follow", "difference_fen": -100}
    ]
