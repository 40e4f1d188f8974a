"""The micro-batcher gathers what waits, answers each item apart and never grows without bound."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from huoqi.kit.batching import Closing, MicroBatcher, Overloaded
from huoqi.kit.errors import DomainError


class Odd(DomainError):
    """An odd number is refused here."""

    code = "test.odd"


def refuse_odd(items: Sequence[int]) -> list[int | DomainError]:
    """Return each even item doubled and a refusal for each odd one."""
    return [Odd(item=item) if item % 2 else item * 2 for item in items]


def test_each_caller_gets_its_own_result_or_refusal() -> None:
    async def scenario() -> list[object]:
        batcher = MicroBatcher(refuse_odd)
        answers = await asyncio.gather(
            *(batcher.submit(n) for n in range(6)), return_exceptions=True
        )
        await batcher.close()
        return list(answers)

    assert asyncio.run(scenario()) == [0, Odd(item=1), 4, Odd(item=3), 8, Odd(item=5)]


def test_what_waits_while_a_batch_runs_becomes_the_next_batch() -> None:
    release = threading.Event()
    seen: list[list[int]] = []

    def process(items: Sequence[int]) -> list[int]:
        seen.append(list(items))
        if items[0] == 0:
            assert release.wait(10)
        return list(items)

    async def scenario() -> None:
        batcher: MicroBatcher[int, int] = MicroBatcher(process, max_batch=3)
        first = asyncio.ensure_future(batcher.submit(0))
        while not seen:
            await asyncio.sleep(0)
        rest = [asyncio.ensure_future(batcher.submit(n)) for n in range(1, 6)]
        await asyncio.sleep(0)
        release.set()
        assert await asyncio.gather(first, *rest) == [0, 1, 2, 3, 4, 5]
        await batcher.close()

    asyncio.run(scenario())

    assert seen == [[0], [1, 2, 3], [4, 5]]


def test_a_full_queue_refuses_at_once() -> None:
    release = threading.Event()

    def process(items: Sequence[int]) -> list[int]:
        assert release.wait(10)
        return list(items)

    async def scenario() -> None:
        batcher: MicroBatcher[int, int] = MicroBatcher(process, max_waiting=2)
        running = asyncio.ensure_future(batcher.submit(0))
        while batcher.waiting or not batcher.started:
            await asyncio.sleep(0)
        queued = [asyncio.ensure_future(batcher.submit(n)) for n in (1, 2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await batcher.submit(3)
        release.set()
        assert await asyncio.gather(running, *queued) == [0, 1, 2]
        await batcher.close()

    asyncio.run(scenario())


def test_a_batch_that_breaks_tells_all_its_callers_and_the_next_one_works() -> None:
    calls = 0

    def process(items: Sequence[int]) -> list[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ConnectionError("database gone")
        return list(items)

    async def scenario() -> None:
        batcher: MicroBatcher[int, int] = MicroBatcher(process)
        answers = await asyncio.gather(batcher.submit(1), batcher.submit(2), return_exceptions=True)
        assert [type(answer) for answer in answers] == [ConnectionError, ConnectionError]
        assert await batcher.submit(3) == 3
        await batcher.close()
        with pytest.raises(Closing):
            await batcher.submit(4)

    asyncio.run(scenario())


def test_where_one_may_be_to_blame_the_others_beside_it_do_not_fail() -> None:
    sizes: list[int] = []

    def process(items: Sequence[int]) -> Sequence[int]:
        sizes.append(len(items))
        if 2 in items:
            raise ZeroDivisionError
        return [item * 10 for item in items]

    async def scenario() -> list[object]:
        batcher: MicroBatcher[int, int] = MicroBatcher(
            process, concerns_one=lambda error: isinstance(error, ZeroDivisionError)
        )
        answers = await asyncio.gather(
            *(batcher.submit(item) for item in (1, 2, 3)), return_exceptions=True
        )
        await batcher.close()
        return list(answers)

    first, broken, last = asyncio.run(scenario())

    assert (first, last) == (10, 30)
    assert isinstance(broken, ZeroDivisionError)
    assert sizes == [3, 1, 1, 1]


def test_a_caller_that_went_away_does_not_stop_the_batch() -> None:
    release = threading.Event()

    def process(items: Sequence[int]) -> list[int]:
        assert release.wait(10)
        return list(items)

    async def scenario() -> None:
        batcher: MicroBatcher[int, int] = MicroBatcher(process)
        gone = asyncio.ensure_future(batcher.submit(1))
        stays = asyncio.ensure_future(batcher.submit(2))
        while batcher.waiting or not batcher.started:
            await asyncio.sleep(0)
        gone.cancel()
        release.set()
        assert await stays == 2
        await batcher.close()

    asyncio.run(scenario())
