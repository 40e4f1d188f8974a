"""A company of its own for the tests of a module, served over HTTP on loopback."""

from collections.abc import Iterator

import pytest

from tests.web.company import Company, served_company


@pytest.fixture(scope="module")
def company(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a served sandbox company without background jobs: tests pump themselves."""
    with served_company(database_dsn, data=tmp_path_factory.mktemp("data")) as made:
        yield made
