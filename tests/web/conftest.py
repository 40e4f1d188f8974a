"""A company of its own for the tests of a module, served over HTTP on loopback."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from huoqi.bootstrap.settings import Settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.customers.operations import make_first_operator
from huoqi.web.app import create_app
from huoqi.web.limits import Rate
from huoqi.web.settings import WebSettings
from tests.web.company import Company, served

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def company(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a served sandbox company without background jobs: tests pump themselves."""
    settings = Settings(
        root=ROOT,
        data=tmp_path_factory.mktemp("data"),
        dsn=database_dsn,
        mode="sandbox",
        host="127.0.0.1",
        port=0,
        shards=2,
        seed=1,
    )
    platform = open_platform(settings, dsn=database_dsn)
    wide = Rate(burst=100_000, refill_ms=1)
    app = create_app(
        platform, WebSettings(code_rate=wide, sign_in_rate=wide, step_up_rate=wide)
    )
    made = platform.database.run(
        lambda work: make_first_operator(work, installation="sandbox"), while_advancing=True
    )
    assert made is not None
    with served(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        yield Company(platform, http, made.text, app)
    platform.database.close()
