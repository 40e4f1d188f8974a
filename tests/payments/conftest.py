"""One fresh world a test, on a database that the tests of a module share one after the other."""

from collections.abc import Iterator

import pytest

from tests.payments.world import World, build_world


@pytest.fixture
def world(database_dsn: str, request: pytest.FixtureRequest) -> Iterator[World]:
    """Return a world of this test's own."""
    built = build_world(database_dsn, seed=request.node.name)
    yield built
    built.database.close()
