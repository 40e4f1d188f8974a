"""Durable purchases over HTTP: one server process, closed-loop clients, figures from the 201s.

Each client is a customer with a session, a bound card and a step-up grant obtained before the
run through the API. A purchase is counted when its 201 arrived, which is after the commit of
order, money order, hold, limits and event. The pump calls the simulated bank meanwhile, in the
same process. A second of warm-up goes before and is not counted.

What the figures leave out: the password's hash (paid at the grant), TLS, and another machine's
clients, since the load client shares the cores and its own time is told beside. The customers are
as many as the clients, so their rows stay in memory.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.http_load import MakeRequest
from bench.http_load import run as run_load
from bench.machine import cpu_seconds, facts, percentile_ms, tree_cpu_seconds
from huoqi.bootstrap.settings import Settings, read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.platform import Platform
from huoqi.customers.operations import SessionRequest, open_sessions
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster
from huoqi.sandbox.people import person
from huoqi.sandbox.residents import Newcomer, Resident, desk_of, move_in

ROOT = Path(__file__).resolve().parents[1]
FUND = "990001"
AMOUNT_FEN = 1_000
PASSWORD = "280461"
FIRST_PERSON = 50_000
READY_WITHIN_S = 120
WARM_UP_S = 1


@dataclass(frozen=True)
class Buyer:
    """A customer of the run: what the requests carry."""

    session: str
    grant: str
    card_id: str


def run(*, clients: int = 256, seconds: int = 20) -> dict[str, object]:
    """Return the figures of one run on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    try:
        return _measured(folder, clients=clients, seconds=seconds)
    finally:
        remove_cluster(folder)  # As root it stands outside the folder.
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, *, clients: int, seconds: int) -> dict[str, object]:
    port = free_port()
    environ = {**os.environ, "HUOQI_DATA": str(folder), "HUOQI_PORT": str(port)}
    environ.pop("HUOQI_DSN", None)
    settings = read_settings(environ, root=ROOT)
    with served(environ, port=port) as server, EmbeddedPostgres(folder) as cluster:
        status = cluster.cluster_status()
        assert status.pid is not None
        platform = open_platform(settings, dsn=status.dsn)
        make = request_of(buyers_of(platform, settings, count=clients))
        asyncio.run(run_load("127.0.0.1", port, make, clients=clients, seconds=WARM_UP_S))
        before, pumped_before = placed_count(platform), _pumped(platform)
        app_before, db_before = cpu_seconds(server), tree_cpu_seconds(status.pid)
        client_before = time.process_time()
        load = asyncio.run(run_load("127.0.0.1", port, make, clients=clients, seconds=seconds))
        client_s = time.process_time() - client_before
        app_s = cpu_seconds(server) - app_before
        db_s = tree_cpu_seconds(status.pid) - db_before
        pumped, lag_s = _pumped(platform) - pumped_before, pump_lag_s(platform)
        placed = placed_count(platform) - before
        facts_of_server = durability(platform)
        platform.database.close()
    done = load.statuses[201]
    assert placed == done, f"{placed} orders in the database, {done} answers of 201"
    return {
        "bench": "orders",
        "clients": clients,
        "seconds": round(load.seconds, 2),
        "orders": done,
        "other_statuses": {str(k): n for k, n in load.statuses.items() if k != 201},
        "odd_answer": load.odd_answer,
        "per_s": round(done / load.seconds),
        "p50_ms": percentile_ms(load.latencies_ns, 0.50),
        "p99_ms": percentile_ms(load.latencies_ns, 0.99),
        "app_cpu_us": round(app_s / max(done, 1) * 1e6),
        "db_cpu_us": round(db_s / max(done, 1) * 1e6),
        "cpu_us_client": round(client_s / max(done, 1) * 1e6),
        "pumped": pumped,
        "pump_lag_s": lag_s,
        **facts_of_server,
        "machine": facts(),
    }


@contextmanager
def served(environ: dict[str, str], *, port: int) -> Iterator[int]:
    """Yield the process id of a server that answers, and stop it in the end."""
    command = [sys.executable, "-P", "-m", "huoqi.bootstrap", "up", "--no-seed"]
    environ = {**environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + READY_WITHIN_S
        while not _answers(port):
            assert process.poll() is None, "the server ended before it answered"
            assert time.monotonic() < deadline, "the server did not answer in time"
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def buyers_of(platform: Platform, settings: Settings, *, count: int) -> list[Buyer]:
    """Register customers who may buy all day."""
    lift_card_limits(platform)
    residents = move_in(platform, [Newcomer(person(FIRST_PERSON + n)) for n in range(count)])
    sessions = _sessions(platform, residents)
    return [
        Buyer(token, _grant(settings.port, token), str(resident.card_id))
        for resident, token in zip(residents, sessions, strict=True)
    ]


def lift_card_limits(platform: Platform) -> None:
    """Lift the day limits of cards, so that they are checked and do not bind."""
    with platform.database.connection() as conn:
        conn.execute(
            "UPDATE bank_profile SET card_day_limit_fen = 10 ^ 12, card_day_count = 10 ^ 6,"
            " channel_day_limit_fen = 10 ^ 15"
        )


def _sessions(platform: Platform, residents: list[Resident]) -> list[str]:
    requests = [
        SessionRequest(each.customer_no, each.customer_id, device="bench") for each in residents
    ]
    opened = platform.database.run(lambda work: open_sessions(work, desk_of(platform), requests))
    return [each.token for each in opened]


def _grant(port: int, session: str) -> str:
    _post(port, "/v1/me/payment-password", {"payment_password": PASSWORD}, session=session)
    made = _post(port, "/v1/step-ups", {"payment_password": PASSWORD}, session=session)
    return str(made["grant"])


def _post(port: int, path: str, body: dict[str, Any], *, session: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Huoqi-Session": session},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
        return dict(json.loads(text)) if text else {}


def request_of(buyers: list[Buyer]) -> MakeRequest:
    """Return a maker of requests: client n buys as customer n, each time under a new key."""
    bodies = [
        json.dumps({
            "fund": FUND,
            "amount": {"amount": str(AMOUNT_FEN), "currency": "CNY"},
            "card_id": buyer.card_id,
        }).encode()
        for buyer in buyers
    ]
    heads = [
        (
            "POST /v1/purchases HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nHuoqi-Session: {buyer.session}\r\n"
            f"Huoqi-Step-Up: {buyer.grant}\r\nIdempotency-Key: "
        ).encode()
        for buyer, body in zip(buyers, bodies, strict=True)
    ]

    def make(number: int) -> bytes:
        key = uuid4().hex.encode()
        return b"".join((heads[number], key, b"\r\n\r\n", bodies[number]))

    return make


def placed_count(platform: Platform) -> int:
    """Return how many purchases there are."""
    with platform.database.connection() as conn:
        row = conn.execute("SELECT count(*) FROM fund_order WHERE side = 'purchase'").fetchone()
    assert row is not None
    return int(row[0])


def _pumped(platform: Platform) -> int:
    """Return how many purchases the bank has answered."""
    with platform.database.connection() as conn:
        row = conn.execute(
            "SELECT count(*) FROM fund_order WHERE side = 'purchase' AND state <> 'placed'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def pump_lag_s(platform: Platform) -> float:
    """Return the age of the oldest purchase that still waits for its bank, by machine time."""
    with platform.database.connection() as conn:
        row = conn.execute(
            "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(i.claimed_at)), 0)"
            " FROM fund_order o JOIN idempotency i ON i.shard = o.shard"
            " AND i.customer_no = o.customer_no AND i.object_id = o.order_id"
            " WHERE o.side = 'purchase' AND o.state = 'placed'"
        ).fetchone()
    assert row is not None
    return round(float(row[0]), 2)


def durability(platform: Platform) -> dict[str, str]:
    """Return the settings that say whether what is committed survives a power cut."""
    with platform.database.connection() as conn:
        row = conn.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
            " current_setting('server_version')"
        ).fetchone()
    assert row is not None
    return {"fsync": row[0], "synchronous_commit": row[1], "postgres": row[2]}
