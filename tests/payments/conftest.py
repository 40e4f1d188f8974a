"""One fresh world a test."""

from collections.abc import Iterator

import pytest

from tests.payments.world import World, build_world


@pytest.fixture
def world(dsn: str) -> Iterator[World]:
    """Return a world of this test's own."""
    built = build_world(dsn)
    yield built
    built.database.close()
