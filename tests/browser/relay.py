"""A wire between browser and server that can be cut: the open breaks, the new is refused."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

_BYTES = 65_536


@dataclass
class Relay:
    """Carries bytes from its port to another one, until it is cut and after it is mended."""

    target: int
    port: int = 0
    _listener: socket.socket | None = None
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """Return what a browser opens."""
        return f"http://localhost:{self.port}"

    def mend(self) -> None:
        """Listen, at the same port as before."""
        listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()

    def cut(self) -> None:
        """Break all that is open, and refuse what is asked for next."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            broken, self._open = self._open, set()
        for link in broken:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            with self._lock:
                if self._listener is not listener:
                    near.close()
                    far.close()
                    return
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=[source, sink], daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while said := source.recv(_BYTES):
            sink.sendall(said)
    for link in (source, sink):
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def relayed(target: int) -> Iterator[Relay]:
    """Yield a relay that listens."""
    relay = Relay(target)
    relay.mend()
    try:
        yield relay
    finally:
        relay.cut()
