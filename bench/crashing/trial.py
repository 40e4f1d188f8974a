"""One company that is killed: founded, put under load, killed, brought back and examined."""

import contextlib
import json
import random
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo

from bench.crashing.bookkeeper import Bookkeeper, open_books
from bench.crashing.books import Findings, examined
from bench.crashing.customers import FUND, PASSWORD, Customer, Office, Purse, Served
from bench.crashing.diary import Diary, wishes_of
from bench.crashing.points import IN_A_CLOSE, IN_TRAFFIC
from bench.crashing.unsynced import Plug, plugged, pull_the_plug
from bench.crashing.victim import Victim
from bench.orders import free_port, lift_card_limits
from huoqi.bootstrap.settings import read_settings
from huoqi.bootstrap.wiring import open_platform
from huoqi.close.platform import Platform
from huoqi.customers.operations import KeyRequest, SessionRequest, make_key, open_sessions
from huoqi.sandbox.orders import ACCEPTED, Want, place
from huoqi.sandbox.people import person
from huoqi.sandbox.population import Act
from huoqi.sandbox.residents import Newcomer, desk_of, move_in
from huoqi.sandbox.time_machine import TimeMachine

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS = 12
SAVINGS_FEN = 500_000
FIRST_PERSON = 60_000
PAUSE_S = 0.08
SERVED_AGAIN_S = 180
STUCK_S = 180
POINT_S = 2.0
TOLD_BEFORE = 10
#: Which share of deaths takes whom, where both may be taken.
WHOM = {"postgres": 75, "server": 15, "both": 10}
#: Which share of deaths comes at which kind of moment.
MOMENTS = {"at random": 45, "in traffic": 25, "in a close": 20, "in a checkpoint": 10}


class NotServedAgain(Exception):
    """A company did not come back in time."""


class Trial:
    """One company and whoever kills it."""

    def __init__(self, folder: Path, *, seed: str, what: str, unsynced: bool) -> None:
        self._dice = random.Random(seed)
        self._what, self._unsynced = what, unsynced
        self._victim = Victim(folder / "data", free_port())
        self._victim.data.mkdir(mode=0o711)
        self._diary_path = folder / "diary"
        self.diary = Diary(self._diary_path)
        self._served, self._stop = Served(), threading.Event()
        self._plug: Plug | None = None
        self._load: list[threading.Thread] = []
        self._movers: list[threading.Thread] = []
        self._books: Platform | None = None
        self._key = ""
        self._first_orders: frozenset[UUID] = frozenset()
        self.deaths: Counter[str] = Counter()
        self.moments: Counter[str] = Counter()
        self.recoveries_ms: dict[str, list[int]] = {}
        self.faults = 0

    @property
    def books(self) -> Platform:
        """Return the company's books as an examiner sees them, beside the server."""
        assert self._books is not None, "founded first"
        return self._books

    @property
    def thrown_away(self) -> Counter[str]:
        """Return what was thrown away of unsynced writes."""
        return self._plug.counts if self._plug else Counter()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Found the company and keep it under load; end it all in the end."""
        try:
            self._found()
            for thread in self._load:
                thread.start()
            yield
        finally:
            self._stop.set()
            self._victim.stop()
            self.diary.close()  # whoever still asks gives up
            for thread in self._load:
                thread.join(timeout=STUCK_S)
            if self._books is not None:
                self._books.database.close()

    def _found(self) -> None:
        self._victim.start()
        self._victim.wait_until_up()
        platform = self._platform()
        try:
            purses = self._customers(platform)
            with platform.database.connection() as conn:
                shards = [
                    row[0] for row in conn.execute("SELECT shard FROM ledger_shard").fetchall()
                ]
            platform.database.run(partial(open_books, shards=shards))
            self._key = platform.database.run(
                lambda work: make_key(
                    work, KeyRequest("bench", frozenset({"developer"})), installation="sandbox"
                )
            ).text
            self._advance(days=3)  # so that there is something to redeem
            with psycopg.connect(self._dsn()) as conn:  # the pool's own were cut by the journey
                rows = conn.execute("SELECT order_id FROM fund_order").fetchall()
            self._first_orders = frozenset(row[0] for row in rows)
        finally:
            platform.database.close()
        if self._unsynced:
            self._victim.stop()
            self._plug = plugged(self._victim.places())
            self._victim.environ.update(self._plug.environ)
            self._victim.start()
            self._victim.wait_until_up()
        office = Office(self._victim.port, self.diary, self._served, self._stop, PAUSE_S)
        books = self._books = self._platform()
        keeper = Bookkeeper(books.database, shards=shards, diary=self.diary, stop=self._stop)
        self._load = [keeper, *(Customer(purse, office) for purse in purses)]

    def _platform(self) -> Platform:
        environ = {"HUOQI_DATA": str(self._victim.data), "HUOQI_PORT": str(self._victim.port)}
        return open_platform(read_settings(environ, root=ROOT), dsn=self._dsn())

    def _dsn(self) -> str:
        places = self._victim.places()
        return make_conninfo(host=str(places.socket_dir), user="huoqi", dbname="huoqi")

    def _customers(self, platform: Platform) -> list[Purse]:
        """Let customers move in, with sessions, payment passwords and limits that do not bind."""
        lift_card_limits(platform)
        newcomers = [Newcomer(person(FIRST_PERSON + n)) for n in range(CUSTOMERS)]
        residents = move_in(platform, newcomers)
        wants = [Want(resident, Act.BUY, SAVINGS_FEN) for resident in residents]
        assert place(platform, wants, fund=FUND) == {ACCEPTED: CUSTOMERS}
        wishes = [SessionRequest(r.customer_no, r.customer_id, device="bench") for r in residents]
        opened = platform.database.run(lambda work: open_sessions(work, desk_of(platform), wishes))
        purses = [
            Purse(resident.customer_no, session.token, str(resident.card_id))
            for resident, session in zip(residents, opened, strict=True)
        ]
        for purse in purses:
            self._ask(
                "/v1/me/payment-password",
                {"payment_password": PASSWORD},
                {"Huoqi-Session": purse.session},
            )
        return purses

    def _ask(self, path: str, body: object, headers: Mapping[str, str]) -> int:
        """Return the status of a POST of our own; 0 when nobody answered."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._victim.port}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return int(refused.code)
        except OSError:
            return 0

    def kill_once(self) -> None:
        """Kill at a moment, bring it back, and wait until customers are served again."""
        self._let_them_ask()
        whom = self._what
        if whom == "both":
            whom = self._dice.choices(list(WHOM), list(WHOM.values()))[0]
        kind = self._dice.choices(list(MOMENTS), list(MOMENTS.values()))[0]
        moment = self._wait_for(kind)
        killed_ns = self._kill(whom)
        self._served.watch(killed_ns)
        if self._victim.has_ended():
            self._victim.start()
        self.deaths[whom] += 1
        self.moments[moment] += 1
        self._wait_until_served()
        took_ms = (self._served.first_ns - killed_ns) // 1_000_000
        self.recoveries_ms.setdefault(whom, []).append(took_ms)
        self._settle_clock()

    def _let_them_ask(self) -> None:
        """Wait until some were told something, so that there is something to lose."""
        wanted, until = self.diary.told + TOLD_BEFORE, time.monotonic() + STUCK_S
        while self.diary.told < wanted and time.monotonic() < until:
            time.sleep(0.005)

    def _wait_for(self, kind: str) -> str:
        """Return the moment that has come."""
        if kind == "in traffic":
            return self._point(self._dice.choice(list(IN_TRAFFIC)), most=5)
        if kind == "in a close":
            self._background(self._advance)
            if self._dice.random() < 0.6:
                return self._point(self._dice.choice(list(IN_A_CLOSE)), most=1)
            time.sleep(1.5 * self._dice.random())
        elif kind == "in a checkpoint":
            self._background(self._checkpoint)
            time.sleep(0.05 * self._dice.random())
        else:
            time.sleep(0.05 + 0.6 * self._dice.random())
        return kind

    def _point(self, name: str, *, most: int) -> str:
        """Let the server come to a point, or die somewhere else if it does not come there."""
        self._victim.arm(name, count=self._dice.randrange(1, most + 1))
        until = time.monotonic() + POINT_S
        while time.monotonic() < until:
            if self._victim.stands_still():
                return name
            time.sleep(0.002)
        self._victim.arm("", count=1)
        return "somewhere else than meant"

    def _kill(self, whom: str) -> int:
        """Kill, and return the instant from which on it is to come back."""
        if self._unsynced:
            return self._pull(whom)
        killed_ns = time.monotonic_ns()
        if whom != "postgres":
            self._victim.kill_server()
        if whom != "server":
            self._victim.kill_database()
        if whom == "postgres":
            self._victim.go_on()
        return killed_ns

    def _pull(self, whom: str) -> int:
        """Pull the plug: nobody sees anything until what was not synced is gone."""
        assert self._plug is not None
        self._victim.stop_still()
        self._victim.kill_database()
        if whom != "postgres":
            self._victim.kill_server()
        pull_the_plug(self._plug, dice=self._dice)
        back_ns = time.monotonic_ns()
        if whom == "postgres":
            self._victim.go_on()
        return back_ns

    def _wait_until_served(self) -> None:
        until = time.monotonic() + SERVED_AGAIN_S
        while not self._served.first_ns:
            if time.monotonic() > until or (self._victim.has_ended() and self._victim.server):
                log = (self._victim.data / "server.log").read_text(errors="replace")
                raise NotServedAgain(log[-3_000:])
            time.sleep(0.002)

    def _settle_clock(self) -> None:
        """Let a journey of the clock that was cut off come to its end."""
        headers = {"Authorization": f"Bearer {self._key}"}
        until = time.monotonic() + SERVED_AGAIN_S
        for mover in self._movers:
            mover.join(timeout=SERVED_AGAIN_S)
        self._movers = []
        while self._clock() not in {"ready", "stopped_at_event"}:
            if time.monotonic() > until:
                raise NotServedAgain(f"the clock is {self._clock()}")
            self._ask("/v1/sandbox/clock/resume", {}, headers)
            time.sleep(0.05)

    def _clock(self) -> str:
        try:
            return TimeMachine(self.books).state().state
        except psycopg.OperationalError:
            return "away"

    def _background(self, body: Callable[[], object]) -> None:
        mover = threading.Thread(target=body, daemon=True)
        mover.start()
        self._movers.append(mover)

    def _advance(self, *, days: int = 1) -> None:
        headers = {"Authorization": f"Bearer {self._key}"}
        self._ask("/v1/sandbox/clock/advance", {"days": days}, headers)

    def _checkpoint(self) -> None:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self._dsn(), autocommit=True) as conn,
        ):
            conn.execute("CHECKPOINT")

    def examined(self) -> Findings:
        """Return what is wrong with the books once everybody knows of all that they asked."""
        self._stop.set()
        for thread in self._load:
            thread.join(timeout=STUCK_S)
        stuck = [thread.name for thread in self._load if thread.is_alive()]
        self._wait_until_quiet()
        found = self.judged()
        found.lost += [f"{name} was never answered to the end" for name in stuck]
        self.faults = self.diary.faults
        return found

    def judged(self) -> Findings:
        """Return what is wrong with the books as they stand."""
        with self.books.database.work() as work:
            return examined(work, wishes_of(self._diary_path), first_orders=self._first_orders)

    def _wait_until_quiet(self) -> None:
        """Let a day pass, so that the banks are asked what they have not said."""
        self._advance()
        self._settle_clock()
