"""A lean closed-loop HTTP/1.1 load client: N connections, each sends when it was answered."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

MakeRequest = Callable[[int], bytes]


@dataclass
class Load:
    """What a run saw: latencies in nanoseconds, statuses, the first odd answer."""

    latencies_ns: list[int] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    odd_answer: str = ""


class _Client(asyncio.Protocol):
    """One connection in a closed loop."""

    def __init__(self, number: int, make: MakeRequest, load: Load, until: float) -> None:
        self.number, self.make, self.load, self.until = number, make, load, until
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.received = b""
        self.sent_at = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.sent_at = time.perf_counter_ns()
        self.transport.write(self.make(self.number))

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, blank, body = self.received.partition(b"\r\n\r\n")
        if not blank:
            return
        start = head.lower().find(b"content-length:")
        end = head.find(b"\r", start)
        length = int(head[start + 15 : end if end > 0 else len(head)])
        if len(body) < length:
            return
        self.load.latencies_ns.append(time.perf_counter_ns() - self.sent_at)
        status = int(head[9:12])
        self.load.statuses[status] += 1
        if status != 201 and not self.load.odd_answer:
            self.load.odd_answer = self.received[:2000].decode(errors="replace")
        self.received = b""
        if time.perf_counter() < self.until:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.done.done():
            self.done.set_result(None)


async def run(host: str, port: int, make: MakeRequest, *, clients: int, seconds: float) -> Load:
    """Return what ``clients`` closed-loop connections saw in ``seconds`` on a loopback server."""
    assert host in {"127.0.0.1", "localhost", "::1"}, "load goes to this machine only"
    loop = asyncio.get_running_loop()
    load = Load()
    start = time.perf_counter()
    protocols = []
    for number in range(clients):
        client = partial(_Client, number, make, load, start + seconds)
        _, protocol = await loop.create_connection(client, host, port)
        protocols.append(protocol)
    await asyncio.gather(*(protocol.done for protocol in protocols))
    load.seconds = time.perf_counter() - start
    return load
