"""A bank that answers with whatever bytes it is given, on a port of loopback."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

#: What to write on a connection after a request came; None hangs up.
Says = Callable[[bytes], bytes | None]


class BadBank:
    """Counts the requests that it was sent."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.says: Says = lambda _request: None
        self.keeps = threading.Event()
        self.is_silent = False
        self.hangs_up = False
        self.has_hung_up = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def place(self) -> tuple[str, int]:
        """Return host and port."""
        host, port = self._listener.getsockname()[:2]
        return host, port

    def close(self) -> None:
        """Hang up for good."""
        self.keeps.set()
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                link, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=[link], daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        with suppress(OSError), link:
            while (request := _request(link)) is not None:
                self.requests.append(request)
                if self.is_silent:
                    self.keeps.wait(60)
                    return
                answer = self.says(request)
                if answer is None:
                    return
                link.sendall(answer)
                if self.hangs_up or b"content-length" not in answer.lower():
                    break
        # Not before the line is closed.
        self.has_hung_up.set()


def _request(link: socket.socket) -> bytes | None:
    """Return one request with its body, None where the other side has hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = link.recv(65_536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        piece = link.recv(65_536)
        if not piece:
            return None
        body += piece
    return head + b"\r\n\r\n" + body


def header_of(request: bytes, name: str) -> str:
    """Return a header of a request."""
    for line in request.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name.lower():
            return value.strip()
    return ""


def answer(status: int, body: bytes, *, mark: str = "") -> bytes:
    """Return an answer as it goes over the line."""
    head = f"HTTP/1.1 {status} x\r\ncontent-length: {len(body)}\r\n"
    if mark:
        head += f"huoqi-signature: {mark}\r\n"
    return head.encode() + b"\r\n" + body


@contextmanager
def bad_bank() -> Iterator[BadBank]:
    """Yield a bank that hangs up on everything until it is told what to say."""
    bank = BadBank()
    try:
        yield bank
    finally:
        bank.close()
