"""A company served over HTTP on loopback, and its customers, for tests of the API."""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from fastapi import FastAPI

from huoqi.bootstrap.bank_lines import banks_beside
from huoqi.bootstrap.manager_files import agent_beside
from huoqi.bootstrap.settings import BanksKind, ManagerKind, Mode, Settings, address_file
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.operations import pump_payments
from huoqi.close.platform import Platform
from huoqi.customers.operations import KeyRequest, make_first_operator, make_key
from huoqi.kit.clock import Clock
from huoqi.kit.postgres import single_instance
from huoqi.sandbox.opening import open_sandbox
from huoqi.sandbox.people import Issuer, card_number, person
from huoqi.web.app import create_app
from huoqi.web.limits import Rate
from huoqi.web.serving import serving
from huoqi.web.settings import WebSettings

ROOT = Path(__file__).resolve().parents[2]
CODE = "123456"
PASSWORD = "280461"
FUND = "990001"
Json = dict[str, Any]  # a JSON document


@dataclass
class Customer:
    """A registered customer: session, step-up grant and a bound card."""

    http: httpx.Client
    session: str
    customer_id: str
    grant: str = ""
    card_id: str = ""
    phone: str = ""
    identity: dict[str, str] = field(default_factory=dict)

    @property
    def password(self) -> dict[str, str]:
        """Return the payment password as a field."""
        return {"payment_password": PASSWORD}

    @property
    def headers(self) -> dict[str, str]:
        """Return what this customer's requests carry."""
        return {"Huoqi-Session": self.session, "Huoqi-Step-Up": self.grant}

    def get(self, path: str) -> httpx.Response:
        """Ask for something of this customer's."""
        return self.http.get(path, headers=self.headers)

    def post(
        self, path: str, body: Json | None = None, *, key: str | None = None, prefer: str = ""
    ) -> httpx.Response:
        """Post as this customer; ``key`` is the idempotency key."""
        headers = dict(self.headers)
        if key is not None:
            headers["Idempotency-Key"] = key
        if prefer:
            headers["Prefer"] = prefer
        return self.http.post(path, headers=headers, json=body)

    def agree(self, fund: str = FUND) -> None:
        """Agree to all that is in force for a fund."""
        asked = ok(self.get(f"/v1/funds/{fund}/agreements"))["data"]
        named = [{"code": each["code"], "version": each["version"]} for each in asked]
        ok(self.post("/v1/me/agreements", {"fund": fund, "agreements": named}))

    def buy(self, amount_fen: int, *, key: str | None = None, prefer: str = "") -> httpx.Response:
        """Buy the fund with the customer's card."""
        body = {
            "fund": FUND,
            "amount": {"amount": str(amount_fen), "currency": "CNY"},
            "card_id": self.card_id,
        }
        return self.post("/v1/purchases", body, key=key or uuid4().hex, prefer=prefer)


@dataclass
class Company:
    """A platform and its server."""

    platform: Platform
    http: httpx.Client
    operator: str
    app: FastAPI
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1_000))
    phones: dict[str, str] = field(default_factory=dict)  # of who registered here

    def pump(self) -> int:
        """Let the payments pump do what is due."""
        return pump_payments(self.platform)

    def staff(self, path: str, method: str = "GET", body: Json | None = None) -> httpx.Response:
        """Ask as the operator."""
        headers = {"Authorization": f"Bearer {self.operator}"}
        return self.http.request(method, path, headers=headers, json=body)

    def key(self, *roles: str, label: str = "tester") -> str:
        """Return a fresh API key with some roles."""
        request = KeyRequest(label, frozenset(roles))  # type: ignore[arg-type] # names of roles
        made = self.platform.database.run(
            lambda work: make_key(work, request, installation="sandbox"), while_advancing=True
        )
        return made.text

    def checked(self, answer: httpx.Response) -> Json:
        """Return an answer, after a second person approved what it proposes, if anything."""
        told = ok(answer)
        if told.get("approval"):
            key = self.key("approver", label=f"second-{uuid4().hex[:8]}")
            path = f"/v1/approvals/{told['approval']['id']}/decision"
            headers = {"Authorization": f"Bearer {key}"}
            decided = ok(self.http.post(path, json={"verdict": "approve"}, headers=headers))
            assert decided["approval"]["state"] == "approved"
        return told

    def register(self, *, through: httpx.Client | None = None) -> Customer:
        """Return a customer who just registered over HTTP, through a browser if one is given."""
        someone, http = person(next(self.numbers)), through or self.http
        ok(http.post("/v1/registrations", json={"phone": someone.phone}))
        proof = {"phone": someone.phone, "code": CODE}
        token = ok(http.post("/v1/registrations/code", json=proof))["application_token"]
        identity = {
            "application_token": token,
            "name": someone.name,
            "national_id": someone.national_id,
        }
        made = ok(http.post("/v1/registrations/identity", json=identity))
        self.phones[made["customer_id"]] = someone.phone
        token, customer_id = made["session"]["token"], made["customer_id"]
        known = {name: identity[name] for name in ("name", "national_id")}
        return Customer(self.http, token, customer_id, phone=someone.phone, identity=known)

    def ready_customer(self, *, last_four: str = "0000", agrees: bool = True) -> Customer:
        """Return a customer with payment password, step-up grant and a bound card."""
        customer = self.register()
        ok(customer.post("/v1/me/payment-password", {"payment_password": PASSWORD}))
        customer.grant = ok(customer.post("/v1/step-ups", {"payment_password": PASSWORD}))["grant"]
        number = card_number(
            Issuer("ICBC", "622202", 19), serial=next(self.numbers), last_four=last_four
        )
        bound = ok(customer.post("/v1/cards", {"number": number, "mobile": "13800138000"}))
        customer.card_id = bound["card"]["id"]
        if agrees:
            customer.agree()
        return customer


def ok(response: httpx.Response) -> Json:
    """Return the body of an answer that is no refusal."""
    assert response.status_code < 300, response.text
    body: Json = response.json()
    return body


@contextmanager
def served_company(
    dsn: str,
    *,
    data: Path,
    mode: Mode = "sandbox",
    clock: Clock | None = None,
    manager: ManagerKind = "simulated",
    banks: BanksKind = "database",
) -> Iterator[Company]:
    """Yield a company on a migrated database, served without background jobs.

    A ``clock`` takes the place of the mode's own: what banks do depends on the hour. With a
    ``manager`` in files a transfer agent is at work, as a process of its own; with ``banks`` over
    HTTP so are these, and they call the address that the company is served at.
    """
    settings = Settings(
        root=ROOT,
        data=data,
        dsn=dsn,
        mode=mode,
        host="127.0.0.1",
        port=0,
        shards=2,
        seed=1,
        is_rehearsal=True,
        manager=manager,
        banks=banks,
    )
    platform = open_platform(settings, dsn=dsn)
    if clock is not None:
        platform.database.clock = clock
    with (
        single_instance(data),
        agent_beside(settings, platform),
        banks_beside(platform),
        _served(platform, mode=mode) as company,
    ):
        address = f"{company.http.base_url}".rstrip("/")
        address_file(settings).write_text(address, encoding="ascii")
        yield company
    platform.database.close()


@contextmanager
def _served(platform: Platform, *, mode: Mode) -> Iterator[Company]:
    if mode == "sandbox":
        open_sandbox(platform, say=lambda _: None)
    wide = Rate(burst=100_000, refill_ms=1)
    app = create_app(platform, WebSettings(code_rate=wide, sign_in_rate=wide, step_up_rate=wide))
    made = platform.database.run(
        lambda work: make_first_operator(work, installation=mode), while_advancing=True
    )
    assert made is not None
    with served(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        yield Company(platform, http, made.text, app)


class served:
    """Serves an application from a thread while the block runs."""

    def __init__(self, app: FastAPI, *, proxies: str = "") -> None:
        self._app = app
        self._server = uvicorn.Server(serving(app, proxies=proxies))
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    def __enter__(self) -> str:
        """Start, and return the address once it answers."""
        self._socket.listen(512)
        self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        """Stop and wait; open streams are ended."""
        self._app.state.machine.leaving.set()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
