"""The natural micro-batcher: whatever waits when a worker is free becomes the next batch.

There is no timer. A lone caller is served at once; under load batches grow by themselves, and
one transaction then carries many requests (DESIGN.md section 1, principle 3).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Generic, TypeVar

from huoqi.kit.errors import DomainError

Item = TypeVar("Item")
Result = TypeVar("Result")
Process = Callable[[Sequence[Item]], Sequence[Result | DomainError]]
_Batch = list[tuple[Item, "asyncio.Future[Result]"]]


class Overloaded(DomainError):
    """Too many requests wait already; the caller should try again shortly."""

    code: ClassVar[str] = "server.overloaded"


class Closing(DomainError):
    """The server is stopping; nothing was done."""

    code: ClassVar[str] = "server.closing"


class MicroBatcher(Generic[Item, Result]):
    """Gathers items from many coroutines and runs them through one blocking function.

    ``process`` gets the items of a batch in order of arrival and returns one result an item, in
    order; a DomainError in the results is raised to that item's caller alone. If ``process``
    itself raises, every caller of that batch gets the exception, unless ``concerns_one`` says that
    a single item may be to blame: then each is processed alone. It runs in a thread, so it may
    block on the database. ``workers`` batches may run side by side.
    """

    def __init__(
        self,
        process: Process[Item, Result],
        *,
        max_batch: int = 1_000,
        max_waiting: int = 20_000,
        workers: int = 1,
        name: str = "batch",
        concerns_one: Callable[[BaseException], bool] | None = None,
    ) -> None:
        assert max_batch > 0
        assert workers > 0
        self._process = process
        self._max_batch = max_batch
        self._concerns_one = concerns_one or _concerns_all
        self._max_waiting = max_waiting
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._free = workers
        self._closing = False
        self._running: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self.batches = 0
        self.items = 0

    @property
    def waiting(self) -> int:
        """Return how many items wait for the next batch."""
        return len(self._waiting)

    @property
    def started(self) -> bool:
        """Return whether a batch is on its way."""
        return bool(self._running)

    async def submit(self, item: Item) -> Result:
        """Return the item's result; raise its DomainError, Overloaded or Closing."""
        if self._closing:
            raise Closing
        if len(self._waiting) >= self._max_waiting:
            raise Overloaded
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if self._free:
            self._free -= 1
            # Start on the next turn of the loop, so that callers of this turn share the batch.
            task = loop.create_task(self._drain())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await future

    async def _drain(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), self._max_batch)
                batch = [self._waiting.popleft() for _ in range(count)]
                error = await self._run(batch)
                if error is not None and count > 1 and self._concerns_one(error):
                    for each in batch:
                        _fail([each], await self._run([each]))
                else:
                    _fail(batch, error)
        finally:
            self._free += 1

    async def _run(self, batch: "_Batch[Item, Result]") -> BaseException | None:
        """Process a batch and deliver its results; return what failed it, if something did."""
        loop = asyncio.get_running_loop()
        items = [item for item, _ in batch]
        running = loop.run_in_executor(self._threads, self._process, items)
        await asyncio.wait([running])
        error = running.exception()
        if error is None:
            self.batches += 1
            self.items += len(batch)
            _deliver(batch, running.result())
        return error

    async def close(self) -> None:
        """Refuse new items, finish those that wait, free the threads."""
        self._closing = True
        while self._running:
            await asyncio.wait(set(self._running))
        self._threads.shutdown(wait=True)


def _concerns_all(_: BaseException) -> bool:
    return False


def _fail(batch: "_Batch[Item, Result]", error: BaseException | None) -> None:
    if error is not None:
        for _, future in batch:
            if not future.done():
                future.set_exception(error)


def _deliver(batch: "_Batch[Item, Result]", results: Sequence[Result | DomainError]) -> None:
    assert len(results) == len(batch), "one result an item"
    for (_, future), result in zip(batch, results, strict=True):
        if future.done():  # the caller went away; the work stands, a retry finds it by its id
            continue
        if isinstance(result, DomainError):
            future.set_exception(result)
        else:
            future.set_result(result)
