"""Customers under whom server and database die: each asks, and asks again until it was told.

A request keeps its key for ever. Whoever was cut off repeats it, byte for byte, until there is an
answer; now and then something long done is repeated too, which must give the first answer again.
"""

import contextlib
import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from bench.crashing.diary import Diary, DiaryClosed

FUND = "990001"
PASSWORD = "280461"
PAUSE_S = 0.02
ANSWER_S = 60
KEPT = 50
#: What a customer is told that will be otherwise in a moment: the same key is tried again.
PASSING = frozenset({"clock.advancing", "idempotency.in_progress"})
#: What a customer is told who has to enter the payment password once more.
WHO = "auth.step_up_required"
FAULT = 500


class CutOff(Exception):
    """The connection ended before an answer came, or nobody listens."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer."""

    status: int
    body: bytes

    @property
    def code(self) -> str:
        """Return the code of a refusal, or nothing."""
        return "" if self.status < 400 else str(self.document.get("code", ""))

    @property
    def document(self) -> dict[str, object]:
        """Return the answer's object, empty if it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def is_passing(self) -> bool:
        """Tell whether it may be otherwise in a moment."""
        return self.status >= 500 or self.status == 429 or self.code in PASSING


class Line:
    """A connection that is opened again when it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: http.client.HTTPConnection | None = None

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Told:
        """Return the answer to a request. Raises CutOff."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    "127.0.0.1", self._port, timeout=ANSWER_S
                )
            self._connection.request("POST", path, body, headers)
            answer = self._connection.getresponse()
            return Told(answer.status, answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise CutOff from error

    def close(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass(slots=True)
class Purse:
    """Who a customer is, and what it shows with a request."""

    number: int
    session: str
    card_id: str
    grant: str = ""


class Served:
    """Notes the first request that was served after an instant."""

    def __init__(self) -> None:
        self.since_ns = 0
        self.first_ns = 0

    def watch(self, since_ns: int) -> None:
        """Begin to look out for a request that is sent after an instant."""
        self.first_ns, self.since_ns = 0, since_ns

    def note(self, told: Told, *, sent_ns: int) -> None:
        """Note an answer; only one that needed the database counts."""
        if not self.first_ns and sent_ns > self.since_ns and told.status < FAULT:
            self.first_ns = time.monotonic_ns()


@dataclass(frozen=True, slots=True)
class Office:
    """Where customers go: the server's port, their diary, and who looks at the clock."""

    port: int
    diary: Diary
    served: Served
    stop: threading.Event
    pause_s: float


class Customer(threading.Thread):
    """Buys, redeems and repeats itself until it is told to stop and knows of all that it asked."""

    def __init__(self, purse: Purse, office: Office) -> None:
        super().__init__(name=f"customer {purse.number}", daemon=True)
        self._purse, self._office, self._line = purse, office, Line(office.port)
        self._diary = office.diary
        self._dice = random.Random(purse.number)
        self._done: list[tuple[str, str, bytes]] = []
        self._count = 0

    def run(self) -> None:
        """Ask one thing after the other."""
        with contextlib.suppress(DiaryClosed):
            while not self._office.stop.is_set():
                self._next()
        self._line.close()

    def _next(self) -> None:
        self._count += 1
        if self._done and self._dice.random() < 0.1:
            self._repeat(*self._dice.choice(self._done))
        else:
            self._ask(*self._wish())
        time.sleep(self._office.pause_s * 2 * self._dice.random())

    def _wish(self) -> tuple[str, str, bytes]:
        """Return kind, key and body of something to ask for."""
        key = f"crash-{self._purse.number}-{self._count}"
        chance = self._dice.random()
        if chance < 0.7:
            fen = 100 * self._dice.randrange(10, 200)
            amount = {"amount": str(fen), "currency": "CNY"}
            wish = {"fund": FUND, "amount": amount, "card_id": self._purse.card_id}
            return "purchases", key, json.dumps(wish).encode()
        units = {"units": str(100 * self._dice.randrange(1, 50))}
        speed = "fast" if chance < 0.8 else "normal"
        sale = {"fund": FUND, "speed": speed, "units": units, "card_id": self._purse.card_id}
        return "redemptions", key, json.dumps(sale).encode()

    def _ask(self, kind: str, key: str, body: bytes) -> None:
        """Ask until there is an answer."""
        who = self._purse.number
        self._diary.write("ask", key, kind=kind, who=who, body=body.decode())
        told = self._persist(lambda: self._send(kind, key, body), key=key)
        order = told.document.get("order")
        order_id = str(order.get("id", "")) if isinstance(order, dict) else ""
        digest = sha256(told.body).hexdigest()
        self._diary.write(
            "told", key, status=told.status, digest=digest, order=order_id, code=told.code
        )
        if told.status < 300:
            self._done = [*self._done[-KEPT:], (kind, key, body)]

    def _repeat(self, kind: str, key: str, body: bytes) -> None:
        told = self._persist(lambda: self._send(kind, key, body), key="")
        digest = sha256(told.body).hexdigest()
        self._diary.write("again", key, status=told.status, digest=digest)

    def _persist(self, send: Callable[[], Told], *, key: str) -> Told:
        while True:
            self._diary.require_open()
            sent_ns = time.monotonic_ns()
            try:
                told = send()
            except CutOff:
                if key:
                    self._diary.write("unsure", key)
                time.sleep(PAUSE_S)
                continue
            self._office.served.note(told, sent_ns=sent_ns)
            if told.code == WHO:
                self._show_who()
            elif not told.is_passing:
                return told
            else:
                if told.status == FAULT:
                    self._diary.write("fault", key, told=told.body.decode(errors="replace"))
                time.sleep(PAUSE_S)

    def _send(self, kind: str, key: str, body: bytes) -> Told:
        headers = {
            "Content-Type": "application/json",
            "Huoqi-Session": self._purse.session,
            "Huoqi-Step-Up": self._purse.grant,
            "Idempotency-Key": key,
        }
        return self._line.post(f"/v1/{kind}", body, headers)

    def _show_who(self) -> None:
        headers = {"Content-Type": "application/json", "Huoqi-Session": self._purse.session}
        body = json.dumps({"payment_password": PASSWORD}).encode()
        try:
            told = self._line.post("/v1/step-ups", body, headers)
        except CutOff:
            time.sleep(PAUSE_S)
            return
        if told.status == 201:
            self._purse.grant = str(told.document["grant"])
        else:
            time.sleep(PAUSE_S)
