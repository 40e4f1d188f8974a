"""What differs between a sandbox and a live platform, and where a client is slowed down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from huoqi.bootstrap.server import running_platform
from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import NoLiveParties, open_platform
from huoqi.customers.operations import KeyRequest, make_key
from huoqi.kit.clock import ManualClock, machine_now
from huoqi.web.app import create_app
from huoqi.web.limits import Rate
from huoqi.web.settings import WebSettings
from tests.web.company import ROOT, Company, ok, served, served_company

AT = datetime(2026, 11, 18, 2, tzinfo=UTC)  # a Wednesday, 10:00 in Shanghai: every bank works


@pytest.fixture(scope="module")
def live(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a company in live mode, rehearsed against the simulated parties."""
    data = tmp_path_factory.mktemp("live")
    with served_company(database_dsn, data=data, mode="live", clock=ManualClock(AT)) as made:
        yield made


def _sandbox_routes(company: Company) -> list[tuple[str, str]]:
    paths = ok(company.http.get("/openapi.json"))["paths"]
    return [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, item in paths.items()
        if path.startswith("/v1/sandbox/")
        for method in item
    ]


def test_a_live_platform_has_no_sandbox(live: Company) -> None:
    routes = _sandbox_routes(live)
    assert len(routes) > 15
    for method, path in routes:
        for headers in ({"Authorization": f"Bearer {live.operator}"}, {}):
            body = {"days": 1, "name": "b", "to": "b", "count": 1, "fault": "bank_down"}
            refused = live.http.request(method, path, headers=headers, json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "sandbox.only"), path
    assert ok(live.http.get("/readyz"))["mode"] == "live"


def test_live_mode_does_not_start_without_real_parties(tmp_path: Path) -> None:
    settings = read_settings({"HUOQI_MODE": "live", "HUOQI_DATA": str(tmp_path)}, root=tmp_path)

    with pytest.raises(NoLiveParties):
        open_platform(settings, dsn="")
    with pytest.raises(NoLiveParties), running_platform(settings):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_has_simulated_parties_and_so_their_magic_values(live: Company) -> None:
    # Live mode never meets a simulated party unless somebody asks for a rehearsal; there the
    # parties are the simulated ones, magic values included. What a live platform refuses in any
    # case is whatever arms faults or moves the clock.
    buyer = live.ready_customer(last_four="0002")
    order = ok(buyer.buy(1_000))["order"]
    live.pump()

    assert ok(buyer.get(f"/v1/orders/{order['id']}"))["order"]["state"] == "failed"


def test_a_live_platform_runs_on_the_machines_own_time(database_dsn: str, tmp_path: Path) -> None:
    environment = {"HUOQI_MODE": "live", "HUOQI_REHEARSAL": "1", "HUOQI_DATA": str(tmp_path)}
    platform = open_platform(read_settings(environment, root=ROOT), dsn=database_dsn)
    told = platform.database.run(lambda work: work.at)
    platform.database.close()

    assert abs(told - machine_now()) < timedelta(minutes=5)


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


def test_metrics_of_a_live_platform_are_for_this_machine_and_for_keys(live: Company) -> None:
    assert live.http.get("/metrics").status_code == 200
    app = create_app(live.platform, WebSettings())
    from_afar = {"X-Forwarded-For": "192.0.2.7"}
    with (
        served(app, proxies="127.0.0.1") as address,
        httpx.Client(base_url=address, headers=from_afar, timeout=30) as http,
    ):
        assert http.get("/metrics").json()["code"] == "auth.key_missing"
        wrong = http.get("/metrics", headers={"Authorization": "Bearer hq_live_none"})
        assert wrong.json()["code"] == "auth.key_invalid"
        known = http.get("/metrics", headers={"Authorization": f"Bearer {live.operator}"})
        assert known.text.startswith("# HELP")
