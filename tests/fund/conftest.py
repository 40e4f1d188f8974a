"""One fresh shelf a test."""

from collections.abc import Iterator

import pytest

from tests.fund.world import Shelf, shelf_on


@pytest.fixture
def shelf(dsn: str) -> Iterator[Shelf]:
    """Return a shelf of this test's own, with savers 107 and 108."""
    with shelf_on(dsn) as built:
        yield built
