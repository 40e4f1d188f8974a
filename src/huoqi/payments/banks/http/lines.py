"""Lines to banks over HTTP: pooled connections, one deadline a request, nothing sent twice.

What comes of a request is one of a few outcomes; no failure of a line is an exception.
"""

import http.client
import select
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from huoqi.kit.clock import machine_now
from huoqi.kit.errors import DomainError
from huoqi.payments.banks.http.keys import SIGNATURE, TIME, Answer, LineKeys, Request

SMALL_BYTES = 65_536
_IDLE_MOST = 8


def machine_unix() -> int:
    """Return the machine's time, which signatures are made and checked by."""
    return int(machine_now().timestamp())


class Outcome(StrEnum):
    """What came of a request: a signed answer, words nobody vouches for, silence, or nobody."""

    ANSWERED = "answered"
    UNSIGNED = "unsigned"
    NO_REPLY = "no_reply"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Heard:
    """An outcome, and where the bank answered its status and body."""

    outcome: Outcome
    status: int = 0
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take in all, and how large its answer may be."""

    deadline_s: float
    most_bytes: int = SMALL_BYTES


class Lines:
    """Connections to one place that speaks for all banks; ``place`` tells host and port anew.

    Used from several threads; each request has a connection to itself.
    """

    def __init__(
        self,
        place: Callable[[], tuple[str, int] | None],
        *,
        keys: Callable[[], LineKeys],
        now_unix: Callable[[], int] = machine_unix,
    ) -> None:
        self._place = place
        self._keys = keys
        self._now_unix = now_unix
        self._lock = threading.Lock()
        self._idle: dict[str, list[http.client.HTTPConnection]] = defaultdict(list)

    def close(self) -> None:
        """Close connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, defaultdict(list)
        for connections in idle.values():
            for connection in connections:
                connection.close()

    def ask(self, request: Request, *, limits: Limits) -> Heard:
        """Return what came of a request. It is written once: a lost one is never sent again."""
        mark = self._keys().sign_request(request, unix=self._now_unix())
        connection = self._connected(request.bank, limits)
        if connection is None:
            return Heard(Outcome.UNREACHABLE)
        heard, header = _exchanged(connection, request, mark=mark, limits=limits)
        if heard.outcome is Outcome.ANSWERED:
            heard = self._believed(heard, header, request=request, mark=mark, limits=limits)
        if heard.outcome is Outcome.ANSWERED:
            self._keep(request.bank, connection)
        else:
            connection.close()
        return heard

    def _believed(
        self, heard: Heard, header: str, *, request: Request, mark: str, limits: Limits
    ) -> Heard:
        """Return an answer that is signed and no longer than it may be, else that it is none."""
        answer = Answer(request.bank, mark, heard.status, heard.body)
        try:
            self._keys().check_answer(answer, header=header, now_unix=self._now_unix())
        except DomainError:
            return Heard(Outcome.UNSIGNED, heard.status)
        is_whole = len(heard.body) <= limits.most_bytes
        return heard if is_whole else Heard(Outcome.UNSIGNED, heard.status)

    def _connected(self, bank: str, limits: Limits) -> http.client.HTTPConnection | None:
        """Return a connection to a bank's place, None where nobody is there."""
        while (kept := self._kept(bank)) is not None:
            if not _is_closed(kept):
                return kept
            kept.close()
        place = self._place()
        if place is None:
            return None
        connection = http.client.HTTPConnection(*place, timeout=limits.deadline_s)
        connection.auto_open = 0  # One that broke is never opened again behind our back.
        try:
            connection.connect()
        except (OSError, UnicodeError):
            connection.close()
            return None
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _kept(self, bank: str) -> http.client.HTTPConnection | None:
        with self._lock:
            idle = self._idle[bank]
            return idle.pop() if idle else None

    def _keep(self, bank: str, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if connection.sock is not None and len(self._idle[bank]) < _IDLE_MOST:
                self._idle[bank].append(connection)
                return
        connection.close()


def _exchanged(
    connection: http.client.HTTPConnection, request: Request, *, mark: str, limits: Limits
) -> tuple[Heard, str]:
    """Return what came back on a connection, however slowly it drips, and its signature."""
    headers = {
        "Content-Type": "application/json",
        TIME: request.at,
        SIGNATURE: mark,
    }
    link = connection.sock
    cut = threading.Event()
    watch = threading.Timer(limits.deadline_s, _cut, [link, cut])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", request.path, body=request.body, headers=headers)
        answer = connection.getresponse()
        body = answer.read(limits.most_bytes + 1)
        header = answer.getheader(SIGNATURE) or ""
    except (OSError, http.client.HTTPException, ValueError):
        # Whatever broke: something of the request may have arrived, so nobody knows.
        return Heard(Outcome.NO_REPLY), ""
    finally:
        watch.cancel()
    if cut.is_set():
        return Heard(Outcome.NO_REPLY), ""
    return Heard(Outcome.ANSWERED, answer.status, body), header


def _is_closed(connection: http.client.HTTPConnection) -> bool:
    """Tell whether the other side has hung up, or speaks without being asked."""
    if connection.sock is None:
        return True
    look = select.poll()
    look.register(connection.sock, select.POLLIN)
    return bool(look.poll(0))


def _cut(link: socket.socket, cut: threading.Event) -> None:
    cut.set()
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
