"""The server under the application: how much of a request's head it reads, and whom it believes.

The library reads heads of any size and waits for them for ever, and believes what a client on this
machine says of itself; pages of other sites can be clients on this machine.
"""

import asyncio

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from huoqi.web.edge import AsgiApp

HEAD_BYTES_MAX = 32 * 1024
HEAD_WAIT_S = 15.0
BACKLOG = 2_048
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 42\r\nconnection: close\r\n\r\nAddress and headers hold 32 KiB at most.\r\n"
)


class HeadRefused(ValueError):
    """A request's head is too long or names two hosts; the library answers 400."""


class BoundedHttp(HttpToolsProtocol):
    """One connection, cut off when a request's head is too long, or too long on its way."""

    head_wait_s = HEAD_WAIT_S
    _is_in_head = False
    _head_bytes = 0
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the library does
        """Take a connection; a request has to follow."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a connection go."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless what comes is still no whole head and already too much."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if not self._is_in_head:
            return
        self._wait()
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        self._is_in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer a request; refuse a head that came at once and is too long."""
        self._is_in_head = False
        self._stop_waiting()
        names = [name for name, _ in self.headers]
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES_MAX or names.count(b"host") > 1:
            raise HeadRefused
        super().on_headers_complete()

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(self.head_wait_s, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def serving(app: AsgiApp, *, proxies: str = "") -> uvicorn.Config:
    """Return how an application is served.

    ``proxies`` are the addresses, with commas between, whose X-Forwarded-For and -Proto are
    believed. None is by default: whoever reaches this machine could say it came over HTTPS, from
    any address.
    """
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=BoundedHttp,
        ws="none",
        access_log=False,
        log_level="warning",
        backlog=BACKLOG,
        timeout_graceful_shutdown=10,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        lifespan="on",
    )
