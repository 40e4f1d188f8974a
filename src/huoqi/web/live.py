"""Pushed updates: one look at the database, three times a second, for all open connections.

Nobody looks while nobody listens. A message tells what changed, never its content: the page asks
for that as it always does, so nothing has to be kept in step here.
"""

import asyncio
import logging
import threading
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import ParamSpec, TypeVar

import msgspec
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from huoqi.close.platform import Platform
from huoqi.events.queries import Event, events_after, last_seq
from huoqi.kit.batching import Overloaded
from huoqi.kit.db import Work
from huoqi.kit.errors import DomainError
from huoqi.web.errors import RateLimited

Params = ParamSpec("Params")
Result = TypeVar("Result")

EVERY_S = 0.3
HEARTBEAT_S = 15.0
CHECK_EVERY = 50  # looks; a session that has ended is noticed within that many
STREAMS_MAX = 2_000
STREAMS_OF_ONE = 8
RESET_EVERY = 4  # looks; while the clock runs through months, pages are told so once a second
MANY = 500  # events since the last look; with more, pages are told to load everything anew
_WAITING_MAX = 1_000
_RETRY = b"retry: 2000\n\n"
_HEARTBEAT = b":\n\n"
_END = b""
_RETRY_LATER_S = 30

_LOG = logging.getLogger("huoqi.web.live")


def message(data: object, *, name: str = "", seq: int | None = None) -> bytes:
    """Return one server-sent event.

    >>> message({"seq": "7"}, seq=7)
    b'id: 7\\ndata: {"seq":"7"}\\n\\n'
    """
    lines = [f"id: {seq}"] if seq is not None else []
    lines += [f"event: {name}"] if name else []
    lines.append(f"data: {msgspec.json.encode(data).decode()}")
    return ("\n".join(lines) + "\n\n").encode()


class Look:
    """What one look at the database found; a part is read when the first stream asks for it."""

    def __init__(self, work: Work, platform: Platform, *, known: int, may_reset: bool) -> None:
        self.work = work
        self.platform = platform
        head = last_seq(work)
        # Another branch of the sandbox may have a shorter log, and a move of the clock a long one.
        is_too_much = head < known or head - known > MANY
        self.is_anew = is_too_much and may_reset
        self.upto = known if is_too_much and not may_reset else head
        self._known = known

    @cached_property
    def events(self) -> Sequence[Event]:
        """Return what happened since the last look."""
        if self.is_anew or self.upto == self._known:
            return ()
        return events_after(self.work, seq=self._known, limit=MANY)

    @cached_property
    def events_by_customer(self) -> Mapping[int | None, Sequence[Event]]:
        """Return the same by customer."""
        found: defaultdict[int | None, list[Event]] = defaultdict(list)
        for event in self.events:
            found[event.customer_no].append(event)
        return found


class Stream(ABC):
    """One open connection; a subclass says what it is told."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.sent = 0
        self.is_ready = False
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(_WAITING_MAX)
        self.is_over = False

    @abstractmethod
    def require(self, work: Work) -> None:
        """Return nothing while its session holds; raise DomainError when it has ended."""

    @abstractmethod
    def backlog(self, work: Work, *, after: int) -> Sequence[Event] | None:
        """Return what it missed since a number, None if that is too much to tell."""

    @abstractmethod
    def news(self, look: Look) -> list[bytes]:
        """Return what it is told of a look."""

    def told(self, events: Sequence[Event]) -> list[bytes]:
        """Return the messages of events that it was not told of before."""
        fresh = [event for event in events if event.seq > self.sent]
        return [
            message(
                {"seq": str(event.seq), "type": event.type, "object_id": event.object_id},
                seq=event.seq,
            )
            for event in fresh
        ]

    def take(self, messages: Sequence[bytes]) -> None:
        """Put messages in its way; one that does not read them is ended, and may come again."""
        for each in messages:
            if self._waiting.full():
                self.end()
                return
            self._waiting.put_nowait(each)

    def end(self) -> None:
        """End it after what it is being sent just now."""
        self.is_over = True
        while self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(_END)

    async def next(self) -> bytes:
        """Return the next message, a heartbeat when there is none for long, empty at the end."""
        if self.is_over and self._waiting.empty():
            return _END
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                return await self._waiting.get()
        except TimeoutError:
            return _HEARTBEAT


class Live:
    """The open connections of one process, and the one who looks for them."""

    def __init__(self, platform: Platform, leaving: threading.Event) -> None:
        self._platform = platform
        self._leaving = leaving
        self._streams: set[Stream] = set()
        self._owners: Counter[str] = Counter()
        self._joining = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._known = 0
        self._looks = 0
        self._reset_at = -RESET_EVERY

    def require_room(self, owner: str) -> None:
        """Return nothing if an owner may open one more; raise RateLimited or Overloaded."""
        if self._owners[owner] >= STREAMS_OF_ONE:
            raise RateLimited(retry_after_s=_RETRY_LATER_S)
        if len(self._streams) >= STREAMS_MAX:
            raise Overloaded

    async def lines(self, stream: Stream, *, after: int | None) -> AsyncIterator[bytes]:
        """Yield what a connection is sent, from a number on or from now on."""
        self._owners[stream.owner] += 1
        try:
            yield _RETRY
            await self._join(stream)
            first = await self._in_thread(self._missed, stream, after)
            for each in first:
                yield each
            while (each := await stream.next()) != _END:
                yield each
        finally:
            self._streams.discard(stream)
            self._owners[stream.owner] -= 1
            if not self._owners[stream.owner]:
                del self._owners[stream.owner]

    async def close(self) -> None:
        """End every connection and free the thread."""
        self._leaving.set()
        if self._watching is not None:
            await asyncio.wait([self._watching])
        self._thread.shutdown(wait=True)

    async def _join(self, stream: Stream) -> None:
        async with self._joining:
            if self._watching is None or self._watching.done():
                self._known = await self._in_thread(self._head)
                self._watching = asyncio.create_task(self._watch())
                self._watching.add_done_callback(_tell_end)
            self._streams.add(stream)

    async def _watch(self) -> None:
        try:
            while not self._leaving.is_set():
                await asyncio.sleep(EVERY_S)
                streams = tuple(self._streams)
                if not streams:
                    return
                for stream, messages in await self._in_thread(self._look, streams):
                    stream.take(messages)
        finally:
            for stream in tuple(self._streams):
                stream.end()

    def _look(self, streams: Sequence[Stream]) -> list[tuple[Stream, list[bytes]]]:
        self._looks += 1
        try:
            with self._platform.database.work(while_advancing=True) as work:
                may_reset = self._looks - self._reset_at >= RESET_EVERY
                look = Look(work, self._platform, known=self._known, may_reset=may_reset)
                found = [(each, _news(each, look)) for each in streams if each.is_ready]
                if self._looks % CHECK_EVERY == 0:
                    found += [(stream, [_END]) for stream in streams if _has_ended(stream, work)]
        except (OperationalError, PoolTimeout):
            return []  # the database is away; what happens meanwhile is told when it is back
        self._known = look.upto
        if look.is_anew:
            self._reset_at = self._looks
        return found

    def _missed(self, stream: Stream, after: int | None) -> list[bytes]:
        """Return what a connection is sent first: what it missed, then where it stands."""
        with self._platform.database.work(while_advancing=True) as work:
            head = last_seq(work)
            missed = () if after is None else stream.backlog(work, after=after)
        is_anew = missed is None or (after is not None and after > head)
        messages = stream.told(missed or ())
        stream.sent, stream.is_ready = head, True
        name = "reset" if is_anew else "open"
        return [*messages, message({"seq": str(head)}, name=name, seq=head)]

    def _head(self) -> int:
        with self._platform.database.work(while_advancing=True) as work:
            return last_seq(work)

    async def _in_thread(
        self, body: Callable[Params, Result], *args: Params.args, **named: Params.kwargs
    ) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(body, *args, **named))


def _news(stream: Stream, look: Look) -> list[bytes]:
    messages = stream.news(look)
    if look.is_anew:
        stream.sent = look.upto
        return [message({"seq": str(look.upto)}, name="reset", seq=look.upto), *messages]
    stream.sent = max(stream.sent, look.upto)
    return messages


def _has_ended(stream: Stream, work: Work) -> bool:
    try:
        stream.require(work)
    except DomainError:
        return True
    return False


def _tell_end(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("pushed updates stopped: %s", type(error).__name__)
