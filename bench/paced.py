"""A load client that sends by the clock: so many requests a second, whatever the answers take.

A request's time counts from the instant at which it was to be sent, so that a server which stops
for a moment is seen by all who would have asked meanwhile.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

MakeRequest = Callable[[int], bytes]


@dataclass
class Stretch:
    """What was seen in a stretch of time: latencies in nanoseconds, and statuses."""

    latencies_ns: list[int] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


@dataclass
class Paced:
    """What a run saw, stretch by stretch, and the first answer that was not a 201."""

    stretch_s: float
    stretches: list[Stretch] = field(default_factory=list)
    odd_answer: str = ""
    broken: int = 0

    def at(self, elapsed_s: float) -> Stretch:
        """Return the stretch of an instant."""
        place = int(elapsed_s / self.stretch_s)
        while len(self.stretches) <= place:
            self.stretches.append(Stretch())
        return self.stretches[place]


@dataclass(frozen=True, slots=True)
class Pace:
    """When each of the clients sends: from a start, every so often, until an end."""

    start: float
    every_s: float
    until: float


class _Client(asyncio.Protocol):
    """One connection, which sends at its own times or, when it is late, at once."""

    def __init__(self, number: int, make: MakeRequest, seen: Paced, pace: Pace) -> None:
        self.number, self.make, self.seen, self.pace = number, make, seen, pace
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.received = b""
        self.due = pace.start

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._wait()

    def _wait(self) -> None:
        if self.due >= self.pace.until:
            self.transport.close()
            return
        delay_s = max(0.0, self.due - time.perf_counter())
        asyncio.get_running_loop().call_later(delay_s, self._send)

    def _send(self) -> None:
        self.transport.write(self.make(self.number))

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, blank, body = self.received.partition(b"\r\n\r\n")
        if not blank:
            return
        start = head.lower().find(b"content-length:")
        end = head.find(b"\r", start)
        if len(body) < int(head[start + 15 : end if end > 0 else len(head)]):
            return
        now, status = time.perf_counter(), int(head[9:12])
        stretch = self.seen.at(self.due - self.pace.start)
        stretch.latencies_ns.append(int((now - self.due) * 1e9))
        stretch.statuses[status] += 1
        if status != 201 and not self.seen.odd_answer:
            self.seen.odd_answer = self.received[:2000].decode(errors="replace")
        self.received = b""
        self.due += self.pace.every_s
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self.seen.broken += exc is not None
        if not self.done.done():
            self.done.set_result(None)


async def run(
    port: int, make: MakeRequest, *, clients: int, per_s: int, seconds: int, stretch_s: float
) -> Paced:
    """Return what ``clients`` connections saw that together send ``per_s`` requests a second."""
    loop = asyncio.get_running_loop()
    seen = Paced(stretch_s)
    start, every_s = time.perf_counter() + 0.5, clients / per_s
    protocols = []
    for number in range(clients):
        pace = Pace(start + number / per_s, every_s, start + seconds)
        client = partial(_Client, number, make, seen, pace)
        _, protocol = await loop.create_connection(client, "127.0.0.1", port)
        protocols.append(protocol)
    await asyncio.gather(*(protocol.done for protocol in protocols))
    return seen
