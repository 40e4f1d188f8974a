"""The chaos day's faults are those of the published list, with what is to be found of them."""

import csv
import os
from pathlib import Path

import pytest

from huoqi.sandbox.chaos_list import TROUBLES

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "domain" / "product-chaos-25.csv"
pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"LOUD: no list of the chaos day at {FILE}; set HUOQI_SHARED"
)


def test_the_troubles_are_those_of_the_list() -> None:
    with FILE.open(encoding="utf-8", newline="") as text:
        published = [tuple(row.values()) for row in csv.DictReader(text)]

    own = [
        (
            str(each.no),
            each.fault,
            each.target,
            each.found_at_step,
            each.expected_class,
            each.expected_action,
        )
        for each in TROUBLES
    ]
    assert own == published
