"""A line over HTTP: five seconds at most, no redirects, and only to addresses that were checked."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from huoqi.events.rules.targets import PORTS, Target, TargetRefused, require_addresses, target_of
from huoqi.events.webhooks.port import Reply
from huoqi.kit.progress import monotonic_ms

TIMEOUT_S = 5
_SAID_BYTES_MAX = 2_000
_REDIRECTS = range(300, 400)


class HttpLine:
    """Posts to one receiver at a time; the name is resolved once and its address is called.

    Nothing of the environment's proxies is used, and a certificate has to be good.
    """

    def __init__(self, *, in_sandbox: bool, timeout_s: float = TIMEOUT_S) -> None:
        self._in_sandbox = in_sandbox
        self._timeout_s = timeout_s
        self._tls = ssl.create_default_context()

    def require(self, url: str) -> None:
        """Return quietly for an address that may be called; raise TargetRefused."""
        target_of(url, in_sandbox=self._in_sandbox)

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        """Return what came of a message."""
        began = monotonic_ms()
        status, problem, said = None, "", ""
        try:
            status, said = self._sent(url, headers, body)
        except TargetRefused as refused:
            problem = str(refused.params["reason"])
        except ssl.SSLError:
            problem = "tls"
        except TimeoutError:
            problem = "timeout"
        except (OSError, http.client.HTTPException, ValueError):
            problem = "connection"
        took_ms = monotonic_ms() - began
        if took_ms >= self._timeout_s * 1_000:
            # Also when a status line came: what was cut off may have been anything.
            status, problem, said = None, "timeout", ""
        elif status in _REDIRECTS:
            problem = "redirect"
        return Reply(status, took_ms, problem, said)

    def _sent(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        target = target_of(url, in_sandbox=self._in_sandbox)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.default_port = PORTS[target.scheme]
        with self._connected(target) as link:
            # Set before the request, so that http.client opens nothing of its own.
            connection.sock = link
            connection.request("POST", target.path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read(_SAID_BYTES_MAX).decode(errors="replace")

    @contextmanager
    def _connected(self, target: Target) -> Iterator[socket.socket]:
        """Yield a socket that is cut off at the end of the time, however slowly it drips."""
        held = [socket.create_connection((self._address(target), target.port), self._timeout_s)]
        watch = threading.Timer(self._timeout_s, _cut, [held])
        watch.daemon = True
        watch.start()
        try:
            if target.scheme == "https":
                wrapped = self._tls.wrap_socket(
                    held[0], server_hostname=target.host, do_handshake_on_connect=False
                )
                held[0] = wrapped
                wrapped.do_handshake()
            yield held[0]
        finally:
            watch.cancel()
            held[0].close()

    def _address(self, target: Target) -> str:
        """Return the address of a name that may be called; raise TargetRefused."""
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise TargetRefused(reason="name_unknown") from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        require_addresses(target, addresses, in_sandbox=self._in_sandbox)
        if target.is_loopback:
            # What listens on this machine mostly listens on 127.0.0.1 alone.
            addresses.sort(key=lambda text: ":" in text)
        return addresses[0]


def _cut(held: Sequence[socket.socket]) -> None:
    try:
        held[0].shutdown(socket.SHUT_RDWR)
    except OSError:
        return
