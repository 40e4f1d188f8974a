"""Whole companies for the tests of the simulated world, each on a database of its own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.platform import Platform

ROOT = Path(__file__).resolve().parents[2]
OpenAt = Callable[[str], Platform]


class Cluster(Protocol):
    """Makes databases (the fixture of the folder above)."""

    def database(self) -> AbstractContextManager[str]:
        """Yield a fresh migrated database."""
        ...


@pytest.fixture
def open_at(tmp_path: Path) -> OpenAt:
    """Return how a company is opened on a database; all of them have one master key."""
    settings = read_settings({"HUOQI_DATA": str(tmp_path)}, root=ROOT)
    return lambda dsn: open_platform(settings, dsn=dsn)


@pytest.fixture
def platform(dsn: str, open_at: OpenAt) -> Iterator[Platform]:
    """Return a freshly founded company at 09:00 of the sandbox's first day."""
    opened = open_at(dsn)
    yield opened
    opened.database.close()


@pytest.fixture
def twin_dsn(postgres_cluster: Cluster) -> Iterator[str]:
    """Return a second database of this test's own."""
    with postgres_cluster.database() as dsn:
        yield dsn
