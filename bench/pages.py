"""What the customer app asks and orders, with 100,000 customers in the books.

The company is real: its customers registered, bound cards, bought and redeemed for twelve days
through the operations, each day closed and tied. A few of them sit at browsers (cookie, token
against forged requests, keep-alive). Reads are made one after the other by one of them at a time;
orders by several at once, each in a closed loop. Times are whole requests over loopback, client
included; the password's hash is paid before, at the grant.
"""

import http.client
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.machine import facts, percentile_ms
from bench.orders import free_port, lift_card_limits, served
from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.platform import Platform
from huoqi.customers.operations import SessionRequest, open_sessions
from huoqi.fund.products import HUOQIBAO
from huoqi.kit.dates import shanghai_date
from huoqi.kit.postgres import EmbeddedPostgres, remove_cluster
from huoqi.kit.progress import Progress
from huoqi.sandbox.opening import first_morning
from huoqi.sandbox.residents import Resident, desk_of
from huoqi.sandbox.world import WorldPlan, build_world

ROOT = Path(__file__).resolve().parents[1]
FUND = HUOQIBAO.fund
SEED, DAYS = 20150511, 12
PASSWORD = "280461"
READERS, ROUNDS, ORDERS_EACH = 24, 4, 40
IDLE_S = 3
READ_GOAL_MS, MONEY_GOAL_MS = 30, 80
Json = dict[str, Any]  # a JSON document


@dataclass
class Browser:
    """A customer's browser: one connection, the cookie, the token; ``grant`` lets it pay."""

    port: int
    cookie: str
    card_id: str
    csrf: str = ""
    grant: str = ""
    taken_ns: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take a seat: the connection is opened when it is needed."""
        self._link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._asked_at = 0.0

    def send(self, method: str, path: str, body: Json | None = None, **more: str) -> Json:
        """Return the answer and note how long it took, connection and reading included."""
        headers = {"Cookie": f"huoqi_session={self.cookie}", "Huoqi-Client": "browser", **more}
        if self.csrf:
            headers["Huoqi-Csrf"] = self.csrf
        text = json.dumps(body) if body is not None else None
        if text is not None:
            headers["Content-Type"] = "application/json"
        if time.monotonic() - self._asked_at > IDLE_S:  # The server has hung up by then.
            self._link.close()
            self._link.connect()
        began_ns = time.perf_counter_ns()
        self._link.request(method, path, body=text, headers=headers)
        answer = self._link.getresponse()
        raw = answer.read()
        self.taken_ns.append(time.perf_counter_ns() - began_ns)
        self._asked_at = time.monotonic()
        assert answer.status < 300, f"{method} {path}: {answer.status} {raw[:500]!r}"
        told: Json = json.loads(raw) if raw else {}
        return told

    def may_pay(self) -> None:
        """Set a payment password and step up by it."""
        self.send("POST", "/v1/me/payment-password", {"payment_password": PASSWORD})
        told = self.send("POST", "/v1/step-ups", {"payment_password": PASSWORD})
        self.grant = told["grant"]

    def order(self, path: str, body: Json) -> None:
        """Place an order under a new key."""
        more = {"Huoqi-Step-Up": self.grant, "Idempotency-Key": uuid4().hex}
        self.send("POST", path, {"fund": FUND, "card_id": self.card_id, **body}, **more)


def run(*, customers: int = 100_000, browsers: int = 4) -> dict[str, object]:
    """Return the figures on a fresh data folder, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huoqi-bench-", dir=os.environ.get("HUOQI_BENCH_DIR")))
    try:
        return _measured(folder, customers=customers, browsers=browsers)
    finally:
        remove_cluster(folder)  # As root it stands outside the folder.
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, *, customers: int, browsers: int) -> dict[str, object]:
    port = free_port()
    environ = {**os.environ, "HUOQI_DATA": str(folder), "HUOQI_PORT": str(port)}
    environ.pop("HUOQI_DSN", None)
    settings = read_settings(environ, root=ROOT)
    with EmbeddedPostgres(folder) as cluster:
        platform = open_platform(settings, dsn=cluster.cluster_status().dsn)
        began = time.monotonic()
        residents = _seed(platform, customers=customers)
        seeded_s = time.monotonic() - began
        today = _today(platform)
        chosen = _sessions(platform, residents, count=READERS + browsers)
        lift_card_limits(platform)
        platform.database.close()
        with served(environ, port=port):
            people = [Browser(port, token, card_id) for token, card_id in chosen]
            reads = _reads(people[:READERS], today=today)
            money = _money(people[READERS:])
    return _figures(reads, money, customers=len(residents), seeded_s=seeded_s, browsers=browsers)


def _seed(platform: Platform, *, customers: int) -> list[Resident]:
    first_morning(platform, seed=SEED)
    plan = WorldPlan(seed=SEED, customers=customers, days=DAYS)
    with Progress("days", total=DAYS) as progress:
        return build_world(platform, plan, report=progress).residents


def _today(platform: Platform) -> date:
    with platform.database.work(while_advancing=True) as work:
        return shanghai_date(work.at)


def _sessions(
    platform: Platform, residents: Sequence[Resident], *, count: int
) -> list[tuple[str, str]]:
    """Return tokens and cards of customers from all over the books."""
    some = [residents[n * len(residents) // count] for n in range(count)]
    requests = [SessionRequest(each.customer_no, each.customer_id, device="bench") for each in some]
    opened = platform.database.run(lambda work: open_sessions(work, desk_of(platform), requests))
    return [(session.token, str(each.card_id)) for session, each in zip(opened, some, strict=True)]


def _reads(people: Sequence[Browser], *, today: date) -> dict[str, list[int]]:
    """Return the times of each read, made by one customer after the other."""
    taken: dict[str, list[int]] = {}
    for turn in range(ROUNDS + 1):
        for someone in people:
            told = someone.send("GET", "/v1/browser")
            someone.csrf = told["csrf"]
            orders = someone.send("GET", "/v1/orders")["data"]
            for name, path in _paths(someone, today=today, orders=orders).items():
                someone.send("GET", path)
                if turn:  # The first turn warms up: nobody reads cold for long.
                    taken.setdefault(name, []).append(someone.taken_ns[-1])
    return taken


def _paths(someone: Browser, *, today: date, orders: Sequence[Json]) -> dict[str, str]:
    """Return what the screens ask, by the screen's name."""
    yesterday = today - timedelta(days=1)
    own = f"/v1/holdings/{FUND}"
    fund = f"/v1/funds/{FUND}"
    paths = {
        "everywhere: who is here": "/v1/browser",
        "home: holdings": "/v1/holdings",
        "home: income so far": f"{own}/income/total",
        "home: funds": "/v1/funds",
        "product": fund,
        "product: yields": f"{fund}/yields?from={today - timedelta(days=30)}&to={today}",
        "product: rivals": f"/v1/rival-yields?from={today - timedelta(days=365)}&to={today}",
        "buy: dates": f"{fund}/dates?side=buy",
        "buy: cards": "/v1/cards",
        "buy: limits": f"/v1/cards/{someone.card_id}/limits?direction=collect",
        "buy: banks": "/v1/banks",
        "redeem: holding": own,
        "redeem: quota": f"{own}/quota",
        "records": "/v1/orders",
        "calendar: month": f"{own}/income?month={today:%Y-%m}",
        "notifications": "/v1/me/notifications",
        "security: devices": "/v1/devices",
        "security: sessions": "/v1/sessions",
        "statements": "/v1/me/statements",
        "me": "/v1/me",
    }
    if orders:
        paths["record"] = f"/v1/orders/{orders[-1]['id']}"
        paths["receipt"] = f"{paths['record']}/receipt"
        # The income of the day before yesterday is there, whoever held units then.
        if orders[-1]["earns_from"] and orders[-1]["earns_from"] < yesterday.isoformat():
            paths["explanation"] = f"{own}/days/{yesterday - timedelta(days=1)}"
    return paths


def _money(people: Sequence[Browser]) -> list[int]:
    """Return the times of purchases made by all of them at once."""
    for someone in people:
        someone.csrf = someone.send("GET", "/v1/browser")["csrf"]
        someone.may_pay()
        someone.taken_ns.clear()
    faults: list[BaseException] = []

    def shop(someone: Browser) -> None:
        try:
            for _ in range(ORDERS_EACH):
                someone.order("/v1/purchases", {"amount": {"amount": "1000", "currency": "CNY"}})
        except (AssertionError, OSError) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=shop, args=[each]) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return [ns for someone in people for ns in someone.taken_ns]


def _figures(
    reads: dict[str, list[int]],
    money: list[int],
    *,
    customers: int,
    seeded_s: float,
    browsers: int,
) -> dict[str, object]:
    by_name = {
        name: {"p50_ms": percentile_ms(taken, 0.50), "p95_ms": percentile_ms(taken, 0.95)}
        for name, taken in reads.items()
    }
    worst = max(by_name, key=lambda name: by_name[name]["p95_ms"])
    return {
        "bench": "pages",
        "customers": customers,
        "days": DAYS,
        "seeded_s": round(seeded_s),
        "read_p95_ms": percentile_ms([ns for taken in reads.values() for ns in taken], 0.95),
        "money_post_p95_ms": percentile_ms(money, 0.95),
        "money_post_p50_ms": percentile_ms(money, 0.50),
        "money_posts": len(money),
        "browsers": browsers,
        "worst_read": worst,
        "worst_read_p95_ms": by_name[worst]["p95_ms"],
        "read_goal_ms": READ_GOAL_MS,
        "money_goal_ms": MONEY_GOAL_MS,
        "reads": by_name,
        "load": round(os.getloadavg()[0], 1),
        "machine": facts(),
    }
