"""A server process of its own with built screens, and what journeys in a browser share."""

import contextlib
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import APIRequestContext, APIResponse, ConsoleMessage, Error, Page

from huoqi.bootstrap.app_build import AppBuild
from huoqi.bootstrap.settings import read_settings
from tools.folders import ROOT

AXE = ROOT / "app" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-dev-shm-usage",
)
#: WCAG 2.0, 2.1 and 2.2, levels A and AA.
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
PATIENCE_S = 90.0
#: Months pass in one request, on a machine that may be busy; pytest's own limit is 300 s.
JOURNEY_S = 280.0
_LOG = logging.getLogger("tests.browser")
Json = dict[str, Any]  # a JSON document


@dataclass
class Site:
    """A served sandbox company; ``address`` is what a browser opens, ``dsn`` its database."""

    address: str
    http: httpx.Client
    dsn: str
    server: "Server"
    _csrf: str = field(default="", repr=False)

    def develop(self, method: str, path: str, body: Json | None = None) -> Json:
        """Return an answer to the sandbox's developer: move the clock, arm faults, read events."""
        if not self._csrf:
            signed_in = self.http.post("/v1/sandbox/developer-session").raise_for_status()
            self._csrf = signed_in.json()["csrf"]
        headers = {"Huoqi-Csrf": self._csrf}
        answer = self.http.request(method, path, json=body, headers=headers, timeout=JOURNEY_S)
        assert answer.status_code < 300, answer.text
        told: Json = answer.json()
        return told

    def advance(self, **how_far: int | str) -> str:
        """Move the clock by ``days``, ``months`` or ``to`` an instant; return where it stands."""
        time_: str = self.develop("POST", "/v1/sandbox/clock/advance", how_far)["business_time"]
        return time_


@dataclass
class Visitor:
    """A page of a browser on a site, which notes every error that it shows."""

    page: Page
    site: Site
    problems: list[str] = field(default_factory=list)
    _borne: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Listen for errors."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._fall)

    def open(self, path: str = "/") -> Page:
        """Open an address of the site and return the page."""
        self.page.goto(f"{self.site.address}{path}")
        return self.page

    def sign_in_as(self, persona: str) -> Json:
        """Sign the browser in as a persona, without a screen; return what the API answered."""
        request = self.page.context.request
        developer = self._post(request, "/v1/sandbox/developer-session")
        path = f"/v1/sandbox/personas/{persona}/sessions"
        return self._post(request, path, csrf=developer["csrf"])

    def work_as(self, role: str) -> Json:
        """Sign the browser in as the simulated member of staff of a role."""
        request = self.page.context.request
        return self._post(request, "/v1/sandbox/staff-sessions", {"role": role})

    def develop(self) -> Json:
        """Sign the browser in as the sandbox's developer, beside whoever else it is."""
        return self._post(self.page.context.request, "/v1/sandbox/developer-session")

    def bears(self, *parts: str) -> None:
        """Take errors that contain one of the parts from now on as what the journey expects."""
        self._borne = parts

    def violations(self) -> list[str]:
        """Return what axe finds on the page as it stands, a line a rule and place."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", list(AXE_TAGS)
        )
        return [
            f"{violation['id']}: {' '.join(map(str, node['target']))}: {violation['help']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def _post(
        self, request: APIRequestContext, path: str, body: Json | None = None, *, csrf: str = ""
    ) -> Json:
        headers = {"Huoqi-Client": "browser", "Huoqi-Csrf": csrf}
        answer: APIResponse = request.post(
            f"{self.site.address}{path}", headers=headers, data=body if body is not None else None
        )
        assert answer.ok, answer.text()
        told: Json = answer.json()
        return told

    def _hear(self, said: ConsoleMessage) -> None:
        # What the API refuses is part of many journeys; the browser notes each as an error.
        is_refusal = said.text.startswith("Failed to load resource") and "status of 4" in said.text
        # Only a test that takes the network away brings this about, and pages ask by themselves.
        is_refusal |= "net::ERR_INTERNET_DISCONNECTED" in said.text
        is_borne = any(part in said.text for part in self._borne)
        if said.type == "error" and not is_refusal and not is_borne:
            self.problems.append(f"console: {said.text}")

    def _fall(self, error: Error) -> None:
        self.problems.append(f"fault: {error.message}")


def ask_for_each(page: Page) -> None:
    """Have pages come without the answers that their screens read first: each is asked for."""
    page.set_extra_http_headers({"Sec-Purpose": "prefetch"})


def build_screens(data: Path) -> None:
    """Build the screens as ``./huoqi up`` does, and axe beside them."""
    settings = read_settings({**os.environ, "HUOQI_DATA": str(data)}, root=ROOT)
    build = AppBuild(settings, say=_LOG.warning)
    try:
        build.run()
        assert build.state == "ready", f"HUOQI_APP: no built screens in {settings.app_dist}"
        if not AXE.is_file():
            build.install_for_checks()
    finally:
        build.end()


@dataclass
class Server:
    """A server process on a database; after ``kill`` it may ``start`` again at the same address.

    ``manager`` is how the fund manager is spoken to: ``simulated`` or ``files``.
    """

    dsn: str
    data: Path
    port: int = field(default_factory=lambda: _free_port())
    manager: str = "simulated"
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Return what a browser opens; passkeys belong to a name, so it is never 127.0.0.1."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers with screens."""
        environment = {
            **os.environ,
            "HUOQI_DSN": self.dsn,
            "HUOQI_DATA": str(self.data),
            "HUOQI_PORT": str(self.port),
            "HUOQI_MODE": "sandbox",
            "HUOQI_MANAGER": self.manager,
            "PYTHONPATH": str(ROOT / "src"),
        }
        command = [sys.executable, "-P", "-m", "huoqi.bootstrap", "up", "--no-seed"]
        log = self.data / "up.log"
        with log.open("a", encoding="utf-8") as out:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        with httpx.Client(base_url=self.address, timeout=60) as http:
            _await_screens(http, self._process, log)

    def kill(self) -> None:
        """End it as ``kill -9`` does: without a word, in the middle of what it is doing."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=60)

    def stop(self) -> None:
        """Ask it to end, and wait for that."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=60)


@contextlib.contextmanager
def served_site(dsn: str, *, data: Path, manager: str = "simulated") -> Iterator[Site]:
    """Yield a site of a process of its own on a fresh database."""
    server = Server(dsn, data, manager=manager)
    try:
        server.start()
        with httpx.Client(base_url=server.address, timeout=60) as http:
            yield Site(server.address, http, dsn, server)
    finally:
        server.stop()


def _await_screens(http: httpx.Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
        assert process.poll() is None, log.read_text(encoding="utf-8")
        with contextlib.suppress(httpx.TransportError):
            if http.get("/", headers={"Accept": "text/html"}).status_code == 200:
                return
    raise AssertionError(f"no screens after {PATIENCE_S} s:\n{log.read_text(encoding='utf-8')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
