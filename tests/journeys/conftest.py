"""A whole company for each journey, at nine on Monday 2015-05-11."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.traveller import Traveller, travel
from tests.simulation.live import live_on


@pytest.fixture
def company(dsn: str, tmp_path: Path) -> Iterator[Traveller]:
    """Return a company with a clock to travel on."""
    with live_on(dsn, tmp_path) as live:
        yield travel(live)
