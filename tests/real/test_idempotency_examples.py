"""The published idempotency cases, through HTTP: statuses, orders made, calls sent to the bank."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import httpx
import pytest

from huoqi.payments.orders import bank_reference
from tests.web.company import FUND, Company, Customer, ok, served_company

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
CASES = SHARED / "data" / "payments" / "idempotency_cases.json"
pytestmark = pytest.mark.skipif(
    not CASES.is_file(), reason=f"LOUD: no acceptance data at {CASES}; set HUOQI_SHARED"
)

Json = dict[str, Any]  # a JSON document
CODES = {
    "IDEMPOTENCY_KEY_REQUIRED": "idempotency.missing",
    "IDEMPOTENCY_FINGERPRINT_MISMATCH": "idempotency.mismatch",
    "IDEMPOTENCY_IN_PROGRESS": "idempotency.in_progress",
}


def _case_ids() -> list[str]:
    return [f"I{number}" for number in range(1, 11)]


@pytest.fixture(scope="module")
def company(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a served sandbox company without background jobs."""
    with served_company(database_dsn, data=tmp_path_factory.mktemp("data")) as made:
        yield made


@dataclass
class Stage:
    """One case under way: its customers by letter, the orders seen, requests held open."""

    company: Company
    last_four: str
    pool: ThreadPoolExecutor
    customers: dict[str, Customer] = field(default_factory=dict)
    orders: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    held: list["Future[httpx.Response]"] = field(default_factory=list)
    stop: Event = field(default_factory=Event)

    def customer(self, letter: str) -> Customer:
        """Return the customer of a letter, registered at first sight."""
        if letter not in self.customers:
            self.customers[letter] = self.company.ready_customer(last_four=self.last_four)
        return self.customers[letter]

    def pumping(self) -> None:
        """Pump until the case is over."""
        while not self.stop.wait(0.02):
            self.company.pump()

    def play(self, step: Json) -> None:
        """Play one step and check what it promises."""
        if "advance_days" in step:
            _move_clock(self.company, days=step["advance_days"])
            return
        expect = step.get("expect", {})
        if "concurrent" in step:
            self.customer(step["customer"])
            self._concurrent(step, expect)
        elif step.get("hold_open"):
            customer = self.customer(step["customer"])
            self.held.append(self.pool.submit(self._send, step, "wait=3"))
            _until_ordered(customer)
        else:
            waits = "wait=10" if self.last_four == "0009" else ""
            self._check(self._send(step, waits), step, expect)

    def _send(self, step: Json, prefer: str = "") -> httpx.Response:
        customer = self.customer(step["customer"])
        headers = {**customer.headers, "Content-Type": "application/json"}
        if step["key"] is not None:
            headers["Idempotency-Key"] = step["key"]
        if prefer:
            headers["Prefer"] = prefer
        return customer.http.post(
            "/v1/purchases", content=_wire(step, card_id=customer.card_id), headers=headers
        )

    def _check(self, response: httpx.Response, step: Json, expect: Json) -> None:
        assert response.status_code == expect["status"], response.text
        if "code" in expect:
            assert response.json()["code"] == CODES[expect["code"]]
        replayed = response.headers.get("idempotent-replay")
        if expect["order"] == "none":
            assert "order" not in response.json()
            assert replayed is None
        if expect["order"] == "new":
            self.orders.append(response.json()["order"]["id"])
            self.bodies.append(response.content)
            assert replayed is None
        if expect["order"] == "same":
            assert response.content == self.bodies[0], "byte for byte"
            assert replayed == "true"
        if "state" in expect:
            assert response.json()["order"]["state"] == expect["state"].lower()
        if "bank_sends_total" in expect:
            assert _sends(self.company, self.customer(step["customer"])) == 1
        assert len(set(self.orders)) == len(self.orders)

    def _concurrent(self, step: Json, expect: Json) -> None:
        customer = self.customer(step["customer"])
        with ThreadPoolExecutor(step["concurrent"]) as crowd:
            sent = [crowd.submit(self._send, step) for _ in range(step["concurrent"])]
        statuses = {each.result().status_code for each in sent}
        assert statuses <= set(expect["allowed_statuses"])
        self.company.pump()
        assert len(ok(customer.get("/v1/orders"))["data"]) == expect["orders_created"]
        assert _sends(self.company, customer) == expect["bank_sends_total"]


def _wire(step: Json, *, card_id: str) -> bytes:
    """Return a case's body in our form, with its order of keys and its white space."""
    raw: str | None = step.get("raw")
    given: Json = json.loads(raw) if raw else step["body"]
    body: Json = {}
    for name in given:
        if name == "amount_fen":
            amount = given[name]
            text = str(amount) if isinstance(amount, int) else amount
            body["amount"] = {"amount": text, "currency": "CNY"}
        else:
            body["card_id"] = card_id
    body.setdefault("card_id", card_id)
    body["fund"] = FUND
    return json.dumps(body, indent=3 if raw and " " in raw else None).encode()


def _sends(company: Company, customer: Customer) -> int:
    """Return how many collections of a customer's orders a bank has ever received."""
    with company.platform.database.work(while_advancing=True) as work:
        ids = [UUID(order["id"]) for order in ok(customer.get("/v1/orders"))["data"]]
        rows = work.rows("SELECT order_id FROM money_order WHERE intent_id = ANY(%s)", (ids,))
        references = [bank_reference(row[0]) for row in rows]
        found = work.row(
            "SELECT count(*) FROM simulated.bank_instruction WHERE bank_ref = ANY(%s)",
            (references,),
        )
    assert found is not None
    count: int = found[0]
    return count


def _until_ordered(customer: Customer) -> None:
    for _ in range(500):
        if ok(customer.get("/v1/orders"))["data"]:
            return
    raise AssertionError("the order that is held open was never placed")


def _move_clock(company: Company, *, days: int) -> None:
    with company.platform.database.work(while_advancing=True) as work:
        work.run("UPDATE business_clock SET at = at + %s", (timedelta(days=days),))


@pytest.mark.parametrize("case_id", _case_ids())
def test_every_published_case_holds(company: Company, case_id: str) -> None:
    cases = {case["id"]: case for case in json.loads(CASES.read_text())["cases"]}
    assert sorted(cases) == sorted(_case_ids())
    steps: list[Json] = cases[case_id]["steps"]
    times_out = any(step.get("bank") == "timeout" for step in steps)
    with ThreadPoolExecutor(4) as pool:
        stage = Stage(company, "0009" if times_out else "0000", pool)
        pump = pool.submit(stage.pumping) if times_out else None
        try:
            for step in steps:
                stage.play(step)
        finally:
            stage.stop.set()
            if pump is not None:
                pump.result()
        for held in stage.held:
            assert held.result().status_code == 202
    moved = sum(step.get("advance_days", 0) for step in steps)
    _move_clock(company, days=-moved)
