"""Banks outside, wired: how they are reached, who hears them, and in a sandbox their process."""

import logging
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from uuid import UUID

from huoqi.bootstrap.settings import Settings, address_file
from huoqi.close.platform import Platform
from huoqi.events.rules.signatures import HEADER
from huoqi.kit.clock import machine_now
from huoqi.kit.dates import shanghai_date
from huoqi.kit.db import Database, Work
from huoqi.kit.errors import DomainError
from huoqi.kit.postgres.locks import holder_of
from huoqi.payments.banks.http import HttpBanks, Wiring
from huoqi.payments.banks.http.house_line import ArmedFault, HouseLine, StatementDesk, Wishes
from huoqi.payments.banks.port import Callback
from huoqi.payments.hearing import CallbackDoor
from huoqi.payments.operations.callbacks import note_line, statement_desks, stored_callbacks
from huoqi.payments.queries import profiles_on
from huoqi.payments.rules.bank_profiles import BankProfile
from huoqi.payments.rules.callbacks import MOST_BYTES
from huoqi.sandbox.bank_house.process import KeyRing, place_in, start_house, wait_for_house
from huoqi.sandbox.faults import KINDS, faults_of, spend_faults

_LOG = logging.getLogger("huoqi.bank_lines")
_PREFIX = "/v1/bank-callbacks/"


class BankLines:
    """What one company's lines to banks over HTTP are made of."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._receiver = ""
        ring = KeyRing(settings.banks_folder)
        self.door = CallbackDoor(database, lambda bank: ring().call_secrets(bank))
        wishes = Wishes(armed, spend, self._callbacks_to, twice, desks)
        wiring = Wiring(
            place=lambda: place_in(settings.banks_folder),
            keys=ring,
            books=LineBooks(),
            teller=HouseLine(database, wishes),
        )
        self.banks = HttpBanks(database, wiring)

    def _callbacks_to(self) -> str:
        """Return where calls are heard: by a server on this data, else by our own receiver."""
        holder = holder_of(self._settings.data)
        if holder is not None:
            try:
                return address_file(self._settings).read_text(encoding="ascii").strip()
            except FileNotFoundError:
                pass  # It is coming up.
        return self._receiver

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let the banks' process work beside us, and hear calls while no server does.

        A command beside a running server starts none: the server has its own.
        """
        settings = self._settings
        is_ours = holder_of(settings.data) in {None, os.getpid()}
        if not is_ours:
            yield
            return
        address_file(settings).unlink(missing_ok=True)  # Of a server that was killed.
        with (
            call_receiver(self.door) as self._receiver,
            start_house(settings.banks_folder, seed=str(settings.seed)),
        ):
            wait_for_house(settings.banks_folder)
            try:
                yield
            finally:
                self._receiver = ""
                self.banks.close()


@contextmanager
def banks_beside(platform: Platform) -> Iterator[None]:
    """Let the sandbox's banks work beside us, where they are spoken to over HTTP."""
    if platform.bank_lines is None:
        yield
        return
    with platform.bank_lines():
        yield


class LineBooks:
    """Our own side of the lines."""

    def note_line(self, work: Work) -> None:
        """Write down that banks are being told something."""
        note_line(work, "http")

    def stored_callbacks(self, work: Work, *, limit: int) -> list[Callback]:
        """Return calls that are stored and not taken yet."""
        return stored_callbacks(work, limit=limit)

    def profiles_on(self, work: Work, *, on: date) -> Sequence[BankProfile]:
        """Return what each bank allows on a date."""
        return profiles_on(work, on=on)


def armed(work: Work) -> list[ArmedFault]:
    """Return the faults that strike banks, as these are told them."""
    return [
        ArmedFault(
            each.fault_id,
            each.fault,
            each.target,
            each.active_from,
            each.active_until,
            each.remaining,
            dict(each.params),
        )
        for each in faults_of(work)
        if KINDS[each.fault].party == "bank" and each.state != "over"
    ]


def spend(work: Work, fault_ids: Sequence[UUID]) -> None:
    """Write down which faults are over, where banks counted that."""
    spend_faults(work, fault_ids)


def twice(work: Work) -> list[str]:
    """Return the banks that move money again when they are told a reference again."""
    found = profiles_on(work, on=shanghai_date(work.at))
    return sorted({each.bank for each in found if not each.dedupes_by_reference})


def desks(work: Work) -> list[StatementDesk]:
    """Return where and when statements of ours are written."""
    return [StatementDesk(*row) for row in statement_desks(work)]


@contextmanager
def call_receiver(door: CallbackDoor) -> Iterator[str]:
    """Hear calls on a port of loopback while the block runs; yield its address."""

    class Handler(_Receiver):
        door_of_calls = door

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Let a call that broke go; it comes again."""
        _LOG.info("a bank's call broke off", exc_info=True)


class _Receiver(BaseHTTPRequestHandler):
    door_of_calls: ClassVar[CallbackDoor]
    protocol_version = "HTTP/1.1"
    timeout = 30

    def setup(self) -> None:
        """Begin a connection."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_POST(self) -> None:
        """Hear one call."""
        self.close_connection = True
        length = self.headers.get("Content-Length") or ""
        if not length.isdigit() or int(length) > MOST_BYTES:
            self._tell(413)
            return
        body = self.rfile.read(int(length))
        bank, header = self.path.removeprefix(_PREFIX), self.headers.get(HEADER) or ""
        try:
            self.door_of_calls.hear(body, bank=bank, header=header, now=machine_now())
        except DomainError as refusal:
            _LOG.warning("a bank's call was refused: %s", refusal.code)
            self._tell(400)
        else:
            self._tell(200)

    def _tell(self, status: int) -> None:
        self.send_response_only(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """Say nothing of what banks tell us."""
