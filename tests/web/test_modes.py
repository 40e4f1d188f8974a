"""What differs between a sandbox and a live platform, and where a client is slowed down."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from huoqi.customers.operations import KeyRequest, make_key
from huoqi.web.app import create_app
from huoqi.web.limits import Rate
from huoqi.web.settings import WebSettings
from tests.web.company import Company, ok, served, served_company


@pytest.fixture(scope="module")
def live(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a company in live mode, rehearsed against the simulated parties."""
    data = tmp_path_factory.mktemp("live")
    with served_company(database_dsn, data=data, mode="live") as made:
        yield made


def test_a_live_platform_has_no_sandbox(live: Company) -> None:
    for path in ("/v1/sandbox/clock", "/v1/sandbox/personas", "/v1/sandbox/faults"):
        refused = live.staff(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "sandbox.only")
    moved = live.staff("/v1/sandbox/clock/advance", "POST", {"days": 1})
    assert moved.json()["code"] == "sandbox.only"
    assert ok(live.http.get("/readyz"))["mode"] == "live"


def test_a_test_key_is_refused_on_a_live_platform(live: Company) -> None:
    request = KeyRequest("stray", frozenset({"viewer"}))
    made = live.platform.database.run(
        lambda work: make_key(work, request, installation="sandbox"), while_advancing=True
    )
    bearer = {"Authorization": f"Bearer {made.text}"}

    assert live.http.get("/v1/close", headers=bearer).json()["code"] == "auth.test_key"
    assert live.staff("/v1/close").status_code == 200


def test_a_live_key_is_refused_in_a_sandbox(live: Company) -> None:
    sandbox = replace(live.platform, mode="sandbox")
    with served(create_app(sandbox, WebSettings())) as address:
        bearer = {"Authorization": f"Bearer {live.operator}"}
        with httpx.Client(base_url=address) as http:
            assert http.get("/v1/close", headers=bearer).json()["code"] == "auth.live_key"
            moved = http.get("/v1/sandbox/clock", headers=bearer)
            assert moved.json()["code"] == "sandbox.only"


def test_a_client_that_asks_too_often_is_told_when_to_come_back(live: Company) -> None:
    narrow = Rate(burst=2, refill_ms=60_000)
    settings = WebSettings(code_rate=narrow, sign_in_rate=narrow, step_up_rate=narrow)
    with (
        served(create_app(live.platform, settings)) as address,
        httpx.Client(base_url=address) as http,
    ):
        for number in range(2):
            phone = {"phone": f"1390013911{number}"}
            assert http.post("/v1/registrations", json=phone).status_code == 202
        slowed = http.post("/v1/registrations", json={"phone": "13900139113"})

    assert (slowed.status_code, slowed.json()["code"]) == (429, "rate.limited")
    assert 50 <= int(slowed.headers["retry-after"]) <= 60
