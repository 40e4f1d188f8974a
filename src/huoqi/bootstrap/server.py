"""The server process: database, platform, jobs and HTTP, started and stopped in order."""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import ClassVar

import uvicorn

from huoqi.bootstrap.backups import Shipper
from huoqi.bootstrap.bank_lines import banks_beside
from huoqi.bootstrap.manager_files import agent_beside
from huoqi.bootstrap.settings import Settings, address_file
from huoqi.bootstrap.watching import Watch
from huoqi.bootstrap.wiring import open_platform, require_parties
from huoqi.close.platform import Platform
from huoqi.customers.operations import RelyingParty
from huoqi.events.webhooks.delivery import Sender
from huoqi.jobs.loop import JobsLoop
from huoqi.jobs.webhooks import WebhookLoop
from huoqi.kit.errors import DomainError
from huoqi.kit.memory import settle_memory
from huoqi.kit.postgres import EmbeddedPostgres
from huoqi.web.app import create_app
from huoqi.web.screens import Screens
from huoqi.web.serving import BACKLOG, serving
from huoqi.web.settings import WebSettings

PORTS_TRIED = 20


class NoFreePort(DomainError):
    """Neither the port asked for nor the next ones are free; set HUOQI_PORT."""

    code: ClassVar[str] = "server.no_free_port"


def say(message: str) -> None:
    """Tell people how far the start has come."""
    print(f"huoqi: {message}", file=sys.stderr, flush=True)


@contextmanager
def running_database(settings: Settings) -> Iterator[str]:
    """Yield the connection string of the database, embedded unless HUOQI_DSN names another."""
    if settings.dsn is not None:
        yield settings.dsn
        return
    with EmbeddedPostgres(settings.data, say=say) as cluster:
        yield cluster.cluster_status().dsn


@contextmanager
def running_platform(settings: Settings) -> Iterator[Platform]:
    """Yield the platform on a running, migrated and founded database.

    Refuses what can be refused before a database is made.
    """
    require_parties(settings)
    with running_database(settings) as dsn:
        platform = open_platform(settings, dsn=dsn)
        try:
            with agent_beside(settings, platform), banks_beside(platform):
                yield platform
        finally:
            platform.database.close()


def listening_socket(host: str, first_port: int) -> socket.socket:
    """Return a listening socket on the port asked for, or on the next free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(first_port, min(first_port + PORTS_TRIED, 65_536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            continue
        return listener
    raise NoFreePort(port=first_port)


class _Server(uvicorn.Server):
    """A server that tells at once that it was asked to leave, so that long requests can end."""

    def __init__(self, config: uvicorn.Config, *, leaving: threading.Event) -> None:
        super().__init__(config)
        self._leaving = leaving

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to leave."""
        self._leaving.set()
        super().handle_exit(sig, frame)


#: Of a domain that is reserved for examples: nothing is delivered there.
SANDBOX_SUPPORT = "help@huoqi.example"


def web_settings(settings: Settings, *, port: int) -> WebSettings:
    """Return what the HTTP entrance is told: passkeys belong to HUOQI_RP_ID, or to localhost."""
    if settings.rp_id is None:
        party = RelyingParty("localhost", (f"http://localhost:{port}",))
    else:
        party = RelyingParty(settings.rp_id, (f"https://{settings.rp_id}",))
    invented = SANDBOX_SUPPORT if settings.mode == "sandbox" else ""
    return WebSettings(party=party, support=settings.support or invented)


def serve(
    settings: Settings, platform: Platform, *, screens: Screens, ready: Callable[[str], None]
) -> None:
    """Serve HTTP and run the jobs until told to stop; ``ready`` gets the address."""
    listener = listening_socket(settings.host, settings.port)
    port = listener.getsockname()[1]
    jobs = JobsLoop(platform)
    assert platform.webhooks is not None
    webhooks = WebhookLoop(Sender(platform.database, platform.vault, platform.webhooks))
    app = create_app(
        platform, web_settings(settings, port=port), wake_jobs=jobs.wake, screens=screens
    )
    app.state.machine.metrics.add(Watch(settings, platform))
    server = _Server(serving(app, proxies=settings.proxies), leaving=app.state.machine.leaving)
    shipper = Shipper(settings, platform.database.dsn)
    settle_memory()
    jobs.start()
    webhooks.start()
    shipper.start()
    try:
        name = "localhost" if settings.host in {"127.0.0.1", "::1"} else settings.host
        address = f"http://{name}:{port}"
        address_file(settings).write_text(address + "\n", encoding="ascii")
        ready(address)
        server.run(sockets=[listener])
    finally:
        address_file(settings).unlink(missing_ok=True)
        jobs.stop()
        webhooks.stop()
        shipper.stop()
        listener.close()
