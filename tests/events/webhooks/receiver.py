"""A receiver on loopback for tests: it verifies, applies each event once, and fails on demand."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from huoqi.events.rules.signatures import HEADER, verify
from huoqi.kit.errors import DomainError


@dataclass
class Receiver:
    """What came in, and what to answer: statuses are taken from ``answers`` first, then 200."""

    url: str
    secrets: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)  # JSON documents
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    applied: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    drip_s: float = 0.0
    now: Callable[[], float] = time.time

    @property
    def seqs(self) -> list[int]:
        """Return the numbers that came in, in order of arrival."""
        return [int(event["seq"]) for event in self.got]

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the status for a message."""
        self.bodies.append(body)
        self.headers.append(headers)
        event = json.loads(body)
        self.got.append(event)
        try:
            verify(
                body,
                header=headers.get(HEADER, ""),
                secrets=self.secrets,
                now_unix=int(self.now()),
            )
        except DomainError as error:
            self.refused.append(error.code)
            return 400
        status = self.answers.pop(0) if self.answers else 200
        if status < 300:
            self.applied[event["id"]] = self.applied.get(event["id"], 0) + (
                event["id"] not in self.applied
            )
        return status


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Yield a receiver that listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take(body, dict(self.headers.items()))
            if receiver.drip_s:
                self.wfile.write(b"HTTP/1.0 200 OK\r\n")
                with suppress(OSError):
                    for _ in range(100):
                        self.wfile.write(b"X")
                        threading.Event().wait(receiver.drip_s)
                return
            self.send_response(status)
            if status in range(300, 400):
                self.send_header("Location", receiver.url + "/elsewhere")
            self.end_headers()
            self.wfile.write(b"taken")

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://localhost:{server.server_port}/hooks")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
